# What the console's account may do: what the run account may, for an approval is decided and written by the same code.
# It reads no messages, so it has no quarantine, and nobody pushes to it. Reports it publishes as well: topics.tf.

resource "google_organization_iam_member" "console" {
  count = local.has_console && local.is_whole_organization ? 1 : 0

  org_id = var.organization_id
  role   = google_organization_iam_custom_role.guestlist.id
  member = google_service_account.console[0].member

  condition {
    title       = local.one_role_only.title
    description = local.one_role_only.description
    expression  = local.one_role_only.expression
  }
}

resource "google_folder_iam_member" "console" {
  for_each = local.has_console ? var.folders : []

  folder = "folders/${each.value}"
  role   = google_organization_iam_custom_role.guestlist.id
  member = google_service_account.console[0].member

  condition {
    title       = local.one_role_only.title
    description = local.one_role_only.description
    expression  = local.one_role_only.expression
  }
}

resource "google_organization_iam_member" "console_ancestors" {
  count = local.has_console ? length(google_organization_iam_custom_role.ancestors) : 0

  org_id = var.organization_id
  role   = google_organization_iam_custom_role.ancestors[0].id
  member = google_service_account.console[0].member
}

resource "google_organization_iam_member" "console_troubleshooter" {
  for_each = local.has_console && local.is_whole_organization ? local.troubleshooter_roles : []

  org_id = var.organization_id
  role   = each.value
  member = google_service_account.console[0].member
}

resource "google_folder_iam_member" "console_troubleshooter" {
  for_each = { for pair in setproduct(var.folders, local.troubleshooter_roles) : join(" ", pair) => pair if local.has_console }

  folder = "folders/${each.value[0]}"
  role   = each.value[1]
  member = google_service_account.console[0].member
}

resource "google_project_iam_member" "console_troubleshooter_quota" {
  count = local.has_console && var.troubleshooter != "off" ? 1 : 0

  project = var.project_id
  role    = "roles/serviceusage.serviceUsageConsumer"
  member  = google_service_account.console[0].member
}

resource "google_project_iam_member" "console_ledger" {
  count = local.has_console ? 1 : 0

  project = var.project_id
  role    = "roles/datastore.user"
  member  = google_service_account.console[0].member

  condition {
    title      = "ledger_only"
    expression = "resource.name == \"projects/${var.project_id}/databases/${var.name}\""
  }
}

resource "google_project_iam_member" "console_log_writer" {
  count = local.has_console ? 1 : 0

  project = var.project_id
  role    = "roles/logging.logWriter"
  member  = google_service_account.console[0].member
}

resource "google_secret_manager_secret_iam_member" "console_allowlist_reader" {
  count = local.has_console ? 1 : 0

  project   = var.project_id
  secret_id = google_secret_manager_secret.allowlist.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.console[0].member
}

# Approvals are told where the proposals were.
resource "google_secret_manager_secret_iam_member" "console_channel_reader" {
  for_each = toset(local.has_console ? values(var.channel_secrets) : [])

  project   = var.project_id
  secret_id = each.value
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.console[0].member
}
