locals {
  allowlist      = yamldecode(file(var.allowlist_file))
  allowlist_path = "/guestlist"
}

# The allowlist decides who is granted what: whoever may add a version to this secret may change that.
resource "google_secret_manager_secret" "allowlist" {
  project   = var.project_id
  secret_id = "${var.name}-allowlist"

  replication {
    auto {}
  }

  depends_on = [google_project_service.used]
}

# The functions read the newest version each time, so a version that is added by hand counts at once as well.
resource "google_secret_manager_secret_version" "allowlist" {
  secret                 = google_secret_manager_secret.allowlist.id
  secret_data_wo         = file(var.allowlist_file)
  secret_data_wo_version = parseint(substr(filesha256(var.allowlist_file), 0, 7), 16)
  # Versions before it can be enabled again.
  deletion_policy = "DISABLE"

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = try(tostring(local.allowlist.organization), "") == var.organization_id
      error_message = "The allowlist is for another organization than organization_id."
    }

    precondition {
      condition     = try(local.allowlist.role, "roles/aiplatform.user") == var.role
      error_message = "The allowlist hands out another role than var.role, the only one that IAM lets Guestlist touch."
    }
  }
}

resource "google_secret_manager_secret_iam_member" "allowlist_reader" {
  project   = var.project_id
  secret_id = google_secret_manager_secret.allowlist.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.run.member
}

resource "google_secret_manager_secret_iam_member" "channel_reader" {
  for_each = toset(values(var.channel_secrets))

  project   = var.project_id
  secret_id = each.value
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.run.member
}

check "the_allowlist_asks_for_no_more_than_iam_gives" {
  assert {
    condition     = var.apply || try(local.allowlist.mode, "propose") != "apply"
    error_message = "The allowlist says mode: apply, and var.apply is false: every grant would be refused. Say mode: propose, or set apply = true."
  }
}
