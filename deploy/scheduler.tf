# The sweep: Cloud Scheduler -> topic -> push -> function. A tick says nothing; whoever could send one could only make
# a sweep come sooner.
resource "google_pubsub_topic" "ticks" {
  project = var.project_id
  name    = "${var.name}-ticks"

  depends_on = [google_project_service.used]
}

resource "google_cloud_scheduler_job" "sweep" {
  project     = var.project_id
  region      = var.region
  name        = "${var.name}-sweep"
  description = "Removes expired grants, closes stale proposals, posts the digest"
  schedule    = "*/15 * * * *"
  time_zone   = "Etc/UTC"

  pubsub_target {
    topic_name = google_pubsub_topic.ticks.id
    # The functions framework takes no message without data.
    data = base64encode("tick")
  }
}

resource "google_pubsub_subscription" "ticks" {
  project = var.project_id
  name    = "${var.name}-ticks"
  topic   = google_pubsub_topic.ticks.id
  # A tick that could not be delivered is followed by the next one.
  message_retention_duration = "600s"
  ack_deadline_seconds       = 600

  push_config {
    push_endpoint = "${local.urls.sweep}/projects/${var.project_id}/topics/${google_pubsub_topic.ticks.name}"

    oidc_token {
      service_account_email = google_service_account.push.email
      audience              = local.urls.sweep
    }
  }

  expiration_policy {
    ttl = ""
  }

  depends_on = [google_cloud_run_v2_service_iam_binding.invokers]
}
