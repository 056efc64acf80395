locals {
  pubsub_agent = "serviceAccount:service-${data.google_project.home.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}

# Keeps what it was sent for a week, delivered or not: a subscription can be wound back over that time.
resource "google_pubsub_topic" "denials" {
  project                    = var.project_id
  name                       = "${var.name}-denials"
  message_retention_duration = "604800s"

  depends_on = [google_project_service.used]
}

# Messages that could not be handled however often they came. Without the subscription they would be gone.
resource "google_pubsub_topic" "dead_letters" {
  project = var.project_id
  name    = "${var.name}-dead-letters"

  depends_on = [google_project_service.used]
}

resource "google_pubsub_subscription" "dead_letters" {
  project                    = var.project_id
  name                       = "${var.name}-dead-letters"
  topic                      = google_pubsub_topic.dead_letters.id
  message_retention_duration = "2678400s"
  ack_deadline_seconds       = 60

  expiration_policy {
    ttl = ""
  }
}

# Pub/Sub itself moves messages there.
resource "google_pubsub_topic_iam_binding" "dead_letter_writers" {
  project = var.project_id
  topic   = google_pubsub_topic.dead_letters.name
  role    = "roles/pubsub.publisher"
  members = [local.pubsub_agent]
}

# Messages that Guestlist cannot read, whole.
resource "google_pubsub_topic" "quarantine" {
  project = var.project_id
  name    = "${var.name}-quarantine"

  depends_on = [google_project_service.used]
}

resource "google_pubsub_subscription" "quarantine" {
  project                    = var.project_id
  name                       = "${var.name}-quarantine"
  topic                      = google_pubsub_topic.quarantine.id
  message_retention_duration = "2678400s"
  ack_deadline_seconds       = 60

  expiration_policy {
    ttl = ""
  }
}

resource "google_pubsub_topic_iam_binding" "quarantine_writers" {
  project = var.project_id
  topic   = google_pubsub_topic.quarantine.name
  role    = "roles/pubsub.publisher"
  members = [google_service_account.run.member]
}

# Reports, for whatever of yours subscribes to them.
resource "google_pubsub_topic" "reports" {
  project                    = var.project_id
  name                       = "${var.name}-reports"
  message_retention_duration = "604800s"

  depends_on = [google_project_service.used]
}

resource "google_pubsub_topic_iam_binding" "report_writers" {
  project = var.project_id
  topic   = google_pubsub_topic.reports.name
  role    = "roles/pubsub.publisher"
  members = concat([google_service_account.run.member], google_service_account.console[*].member)
}
