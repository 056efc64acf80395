locals {
  # How many at once: few instances share each project's policy writes best, and one sweep is enough.
  functions = {
    remediate = { instances = 2, concurrency = 80, timeout_seconds = 110 }
    sweep     = { instances = 1, concurrency = 1, timeout_seconds = 540 }
  }

  # Known before the functions are: Cloud Run gives every service a URL made of its name, the project and the region.
  urls = {
    for name in keys(local.functions) : name => "https://${var.name}-${name}-${data.google_project.home.number}.${var.region}.run.app"
  }

  # What all of Guestlist is told, the console too.
  environment = {
    GUESTLIST_ALLOWLIST      = "${local.allowlist_path}/allowlist.yaml"
    GUESTLIST_FIRESTORE      = "projects/${var.project_id}/databases/${google_firestore_database.ledger.name}"
    GUESTLIST_IDENTITY       = google_service_account.run.email
    GUESTLIST_LEDGER         = "firestore"
    GUESTLIST_LOG            = "projects/${var.project_id}/logs/${var.name}"
    GUESTLIST_REPORT_TOPIC   = "projects/${var.project_id}/topics/${google_pubsub_topic.reports.name}"
    GUESTLIST_TROUBLESHOOTER = var.troubleshooter
    # What npm run gcp-build leaves in the image: less to compile at each start. A folder that is not there does no harm.
    NODE_COMPILE_CACHE = "/workspace/.compile-cache"
    # In 512 MiB Node gives young objects 1 MiB by itself, and then copies or keeps most of what a request leaves behind.
    NODE_OPTIONS = "--max-semi-space-size=32"
    # Without it the framework would answer a body that it cannot read with its own stack.
    NODE_ENV = "production"
  }

  # What is about messages alone, which the console never gets.
  message_environment = {
    GUESTLIST_PUSH_ACCOUNT     = google_service_account.push.email
    GUESTLIST_QUARANTINE_TOPIC = "projects/${var.project_id}/topics/${google_pubsub_topic.quarantine.name}"
  }

  bot_environment = var.slack_channel == "" ? {} : { GUESTLIST_SLACK_CHANNEL = var.slack_channel }
}

resource "google_cloudfunctions2_function" "guestlist" {
  for_each = local.functions

  project     = var.project_id
  location    = var.region
  name        = "${var.name}-${each.key}"
  description = "Guestlist: ${each.key}"

  build_config {
    runtime           = "nodejs24"
    entry_point       = each.key
    service_account   = google_service_account.build.id
    docker_repository = google_artifact_registry_repository.images.id

    automatic_update_policy {}

    source {
      storage_source {
        bucket     = google_storage_bucket.artefacts.name
        object     = google_storage_bucket_object.artefact.name
        generation = google_storage_bucket_object.artefact.generation
      }
    }
  }

  service_config {
    service_account_email            = google_service_account.run.email
    ingress_settings                 = "ALLOW_INTERNAL_ONLY"
    all_traffic_on_latest_revision   = true
    min_instance_count               = 0
    max_instance_count               = each.value.instances
    max_instance_request_concurrency = each.value.concurrency
    timeout_seconds                  = each.value.timeout_seconds
    available_cpu                    = "1"
    available_memory                 = "512Mi"
    environment_variables            = merge(local.environment, local.message_environment, local.bot_environment, local.console_links, { GUESTLIST_PUSH_AUDIENCE = local.urls[each.key] })

    secret_volumes {
      mount_path = local.allowlist_path
      project_id = var.project_id
      secret     = google_secret_manager_secret.allowlist.secret_id

      versions {
        version = "latest"
        path    = "allowlist.yaml"
      }
    }

    dynamic "secret_environment_variables" {
      for_each = var.channel_secrets

      content {
        key        = secret_environment_variables.key
        project_id = var.project_id
        secret     = secret_environment_variables.value
        version    = "latest"
      }
    }
  }

  depends_on = [
    google_artifact_registry_repository_iam_member.build,
    google_project_iam_member.build_logs,
    google_project_iam_member.build_sources,
    google_project_iam_member.ledger,
    google_secret_manager_secret_iam_member.allowlist_reader,
    google_secret_manager_secret_iam_member.channel_reader,
    google_secret_manager_secret_version.allowlist,
  ]
}

# A binding, not a member: a caller that somebody else adds is removed by the next apply.
resource "google_cloud_run_v2_service_iam_binding" "invokers" {
  for_each = local.functions

  project  = var.project_id
  location = var.region
  name     = google_cloudfunctions2_function.guestlist[each.key].name
  role     = "roles/run.invoker"
  members  = [google_service_account.push.member]
}

# Reports go to the project's own log, by the API.
resource "google_project_iam_member" "log_writer" {
  project = var.project_id
  role    = "roles/logging.logWriter"
  member  = google_service_account.run.member
}

# The Policy Troubleshooter counts its calls on this project.
resource "google_project_iam_member" "troubleshooter_quota" {
  count = var.troubleshooter == "off" ? 0 : 1

  project = var.project_id
  role    = "roles/serviceusage.serviceUsageConsumer"
  member  = google_service_account.run.member
}
