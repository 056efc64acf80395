# What reaches Guestlist: refused Vertex AI calls in the audit logs of the scope, whatever log of the three they stand
# in (the perimeter's own log is the third). In this language OR binds closer than AND, so every group is in brackets.

locals {
  refusals = {
    denied           = "protoPayload.status.code=7"
    policy-violation = "protoPayload.status.code=9 AND (protoPayload.policyViolationInfo.orgPolicyViolationInfo.violationInfo.constraint:* OR protoPayload.status.details.violations.type:\"constraints/\" OR protoPayload.status.message:\"constraints/\" OR protoPayload.status.message:\"Org Policies\")"
    throttled        = "protoPayload.status.code=8"
    unauthenticated  = "protoPayload.status.code=16"
  }

  wanted_refusals = [for kind, clause in local.refusals : "(${clause})" if kind == "denied" || contains(var.also_report, kind)]

  not_by_own_accounts = join("\nAND ", [for email in local.own_accounts : "(NOT protoPayload.authenticationInfo.principalEmail=\"${email}\")"])

  sink_filter = <<-EOT
    (log_id("cloudaudit.googleapis.com/activity") OR log_id("cloudaudit.googleapis.com/data_access") OR log_id("cloudaudit.googleapis.com/policy"))
    AND (protoPayload.serviceName="aiplatform.googleapis.com")
    AND (${join(" OR ", local.wanted_refusals)})
    AND (NOT protoPayload.metadata.dryRun=true)
    AND (NOT (protoPayload.metadata."@type":"OrgPolicyDryRunAuditMetadata" AND (NOT protoPayload.metadata.liveResult="DENIED")))
    AND ${local.not_by_own_accounts}
  EOT

  denial_writers = distinct(concat(
    google_logging_organization_sink.denials[*].writer_identity,
    [for sink in google_logging_folder_sink.denials : sink.writer_identity],
  ))
}

# Neither sink intercepts: sinks of the projects below keep getting these entries.
resource "google_logging_organization_sink" "denials" {
  count = local.is_whole_organization ? 1 : 0

  org_id             = var.organization_id
  name               = "${var.name}-denials"
  description        = "Refused Vertex AI calls, for Guestlist"
  destination        = "pubsub.googleapis.com/${google_pubsub_topic.denials.id}"
  filter             = trimspace(local.sink_filter)
  include_children   = true
  intercept_children = false
}

resource "google_logging_folder_sink" "denials" {
  for_each = var.folders

  folder             = "folders/${each.value}"
  name               = "${var.name}-denials"
  description        = "Refused Vertex AI calls, for Guestlist"
  destination        = "pubsub.googleapis.com/${google_pubsub_topic.denials.id}"
  filter             = trimspace(local.sink_filter)
  include_children   = true
  intercept_children = false
}

# A binding, not a member: a publisher that somebody else adds to this topic is removed by the next apply.
resource "google_pubsub_topic_iam_binding" "denial_writers" {
  project = var.project_id
  topic   = google_pubsub_topic.denials.name
  role    = "roles/pubsub.publisher"
  members = local.denial_writers
}
