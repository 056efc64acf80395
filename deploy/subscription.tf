# Our own push subscription: Eventarc's would have no dead letters, and drop what failed for a day.
resource "google_pubsub_subscription" "denials" {
  project                    = var.project_id
  name                       = "${var.name}-denials"
  topic                      = google_pubsub_topic.denials.id
  message_retention_duration = "604800s"
  # Also how long Pub/Sub waits for the answer to a push: longer than the function may take.
  ack_deadline_seconds = 120

  push_config {
    # The path tells the functions framework which topic a message is of.
    push_endpoint = "${local.urls.remediate}/projects/${var.project_id}/topics/${google_pubsub_topic.denials.name}"

    oidc_token {
      service_account_email = google_service_account.push.email
      audience              = local.urls.remediate
    }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead_letters.id
    max_delivery_attempts = 50
  }

  # Denials can be months apart.
  expiration_policy {
    ttl = ""
  }

  depends_on = [google_cloud_run_v2_service_iam_binding.invokers]
}

# A message counts as a dead letter only when Pub/Sub may take it off this subscription.
resource "google_pubsub_subscription_iam_member" "dead_letter_reader" {
  project      = var.project_id
  subscription = google_pubsub_subscription.denials.name
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}
