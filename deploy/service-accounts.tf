# Three identities, and a fourth with the console: none can do what another one is for. None has a key.

locals {
  # Guestlist itself, whichever of its accounts acts: what watches one watches both, and what stops one stops both.
  own_accounts = concat([google_service_account.run.email], google_service_account.console[*].email)
}

resource "google_service_account" "run" {
  project      = var.project_id
  account_id   = "${var.name}-run"
  display_name = "Guestlist: reads policies and, where allowed, writes them"

  depends_on = [google_project_service.used]
}

resource "google_service_account" "push" {
  project      = var.project_id
  account_id   = "${var.name}-push"
  display_name = "Guestlist: the only caller of its functions"

  depends_on = [google_project_service.used]
}

resource "google_service_account" "build" {
  project      = var.project_id
  account_id   = "${var.name}-build"
  display_name = "Guestlist: builds its functions"

  depends_on = [google_project_service.used]
}

# Apart from the run account, so that the logs tell what a person asked for from what Guestlist did by itself.
resource "google_service_account" "console" {
  count = local.has_console ? 1 : 0

  project      = var.project_id
  account_id   = "${var.name}-console"
  display_name = "Guestlist: carries out what approvers decide in the console"

  depends_on = [google_project_service.used]
}

# Pub/Sub makes the tokens of the push account. In projects from before April 2021 its agent cannot do so by itself.
resource "google_service_account_iam_member" "push_tokens" {
  service_account_id = google_service_account.push.name
  role               = "roles/iam.serviceAccountOpenIdTokenCreator"
  member             = local.pubsub_agent

  depends_on = [google_pubsub_topic.denials]
}
