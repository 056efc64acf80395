# Three identities: none can do what another one is for. None has a key.

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

# Pub/Sub makes the tokens of the push account. In projects from before April 2021 its agent cannot do so by itself.
resource "google_service_account_iam_member" "push_tokens" {
  service_account_id = google_service_account.push.name
  role               = "roles/iam.serviceAccountOpenIdTokenCreator"
  member             = local.pubsub_agent

  depends_on = [google_pubsub_topic.denials]
}
