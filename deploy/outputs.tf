locals {
  console_step = !local.has_console ? "" : join("", [
    "\n6. Open ${local.console_url} as one of ${join(", ", sort(var.console_users))}. That passes the proxy, and lets look. ",
    "Who may approve is for the allowlist to say (approvers), and has to pass the proxy too. ",
    var.apply ? "What they approve is written, with mode: apply in the allowlist." : "Nobody can approve before mode: apply in the allowlist and apply = true.",
  ])
}

output "next_steps" {
  description = "What to do after this apply."
  value       = <<-EOT
    1. See that Data Access audit logs of Vertex AI are on, or nothing arrives: ${length(var.audit_log_types) > 0 ? "this apply switched on ${join(", ", sort(var.audit_log_types))}." : "this module leaves them alone (audit_log_types)."}
    2. Make a call to Gemini that must be refused, and find its report:
       gcloud logging read 'logName="projects/${var.project_id}/logs/${var.name}"' --project=${var.project_id} --freshness=1h
    3. ${var.apply ? "Guestlist may write policies. What it writes is in the log bucket ${var.name}-own-writes." : "Guestlist proposes only, and has no permission to write. When you trust its proposals: mode: apply in the allowlist, and apply = true."}
    4. Check it end to end: cd .. && eval "$(terraform -chdir=deploy output -raw command_line)" && npx guestlist doctor --sink=${local.is_whole_organization ? "organizations/${var.organization_id}" : "folders/${sort(tolist(var.folders))[0]}"}/sinks/${var.name}-denials --subscription=projects/${var.project_id}/subscriptions/${var.name}-denials
    5. ${length(local.alert_channels) > 0 ? "Alerts go to ${length(local.alert_channels)} notification channels." : "Nobody is told about alerts yet: set alert_emails or notification_channels."}${local.console_step}
  EOT
}

output "console_url" {
  description = "Address of the console, or null where there is none."
  value       = local.has_console ? local.console_url : null
}

output "identity" {
  description = "The account that reads and writes policies. Whoever can act as it can do what Guestlist can."
  value       = google_service_account.run.email
}

output "permissions" {
  description = "All that Guestlist may do outside its own project, and the condition it may do it under."
  value = {
    permissions = google_organization_iam_custom_role.guestlist.permissions
    condition   = local.one_role_only.expression
    on          = local.is_whole_organization ? ["organizations/${var.organization_id}"] : [for folder in sort(var.folders) : "folders/${folder}"]
  }
}

output "sink_filter" {
  description = "What reaches Guestlist, to try in the Logs Explorer."
  value       = trimspace(local.sink_filter)
}

output "sink_writers" {
  description = "Who may publish to the denials topic. A perimeter around the project has to let them in."
  value       = local.denial_writers
}

output "command_line" {
  description = "What the guestlist command needs to work on this ledger: eval \"$(terraform output -raw command_line)\""
  value = join("\n", [
    for name, value in merge(local.environment, local.console_links, {
      GUESTLIST_ALLOWLIST     = abspath(var.allowlist_file)
      GUESTLIST_PUSH_ACCOUNT  = google_service_account.push.email
      GUESTLIST_PUSH_AUDIENCE = local.urls.remediate
    }) :
    "export ${name}='${replace(value, "'", "'\\''")}'"
  ])
}

output "stop_writing" {
  description = "Takes the permission to write away, at once and for every project. Reports go on."
  value       = local.stop_command
}
