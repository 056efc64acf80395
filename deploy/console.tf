# The console: a page where people see proposals, approve or dismiss them, and undo grants. It stands behind
# Identity-Aware Proxy, which lets in whom console_users names and nobody else. The code verifies the proxy's signature
# again, and who may approve is for the allowlist to say. Without console_users nothing of this exists.

locals {
  has_console  = length(var.console_users) > 0
  console_name = "${var.name}-console"
  console_url  = "https://${local.console_name}-${data.google_project.home.number}.${var.region}.run.app"
  iap_agent    = "serviceAccount:service-${data.google_project.home.number}@gcp-sa-iap.iam.gserviceaccount.com"

  # What all of Guestlist is told about it: where reports link to, and an account that is Guestlist itself as well.
  console_links = local.has_console ? {
    GUESTLIST_CONSOLE_ACCOUNT = google_service_account.console[0].email
    GUESTLIST_CONSOLE_URL     = local.console_url
  } : {}

  console_environment = merge(
    local.environment,
    local.bot_environment,
    local.console_links,
    {
      # The image has the target of the function that it was built for as its default; this wins.
      FUNCTION_TARGET        = "console"
      GUESTLIST_IAP_AUDIENCE = "/projects/${data.google_project.home.number}/locations/${var.region}/services/${local.console_name}"
    },
    length(var.console_viewers) > 0 ? { GUESTLIST_CONSOLE_VIEWERS = join(",", sort(var.console_viewers)) } : {},
  )
}

# The resource that can switch the proxy on builds nothing, and the one that builds cannot switch it on. So the console
# runs the image that was built for remediate from the same zip, which holds all functions.
data "google_cloud_run_v2_service" "built" {
  count = local.has_console ? 1 : 0

  project  = var.project_id
  location = var.region
  name     = google_cloudfunctions2_function.guestlist["remediate"].name
}

resource "google_cloud_run_v2_service" "console" {
  count = local.has_console ? 1 : 0

  project             = var.project_id
  location            = var.region
  name                = local.console_name
  description         = "Guestlist: console"
  deletion_protection = false
  # Browsers come from anywhere; the proxy stands before every way in.
  ingress              = "INGRESS_TRAFFIC_ALL"
  iap_enabled          = true
  invoker_iam_disabled = false

  template {
    service_account                  = google_service_account.console[0].email
    timeout                          = "120s"
    max_instance_request_concurrency = 40
    # Another zip is another revision, even should the image be named by a tag.
    labels = { artefact = data.archive_file.artefact.output_md5 }

    scaling {
      min_instance_count = 0
      max_instance_count = 2
    }

    containers {
      image          = data.google_cloud_run_v2_service.built[0].template[0].containers[0].image
      base_image_uri = data.google_cloud_run_v2_service.built[0].template[0].containers[0].base_image_uri

      resources {
        limits   = { cpu = "1", memory = "512Mi" }
        cpu_idle = true
      }

      dynamic "env" {
        for_each = local.console_environment

        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = var.channel_secrets

        content {
          name = env.key

          value_source {
            secret_key_ref {
              secret  = env.value
              version = "latest"
            }
          }
        }
      }

      volume_mounts {
        name       = "allowlist"
        mount_path = local.allowlist_path
      }
    }

    volumes {
      name = "allowlist"

      secret {
        secret = google_secret_manager_secret.allowlist.secret_id

        items {
          version = "latest"
          path    = "allowlist.yaml"
        }
      }
    }
  }

  depends_on = [
    google_project_iam_member.console_ledger,
    google_secret_manager_secret_iam_member.console_allowlist_reader,
    google_secret_manager_secret_iam_member.console_channel_reader,
    google_secret_manager_secret_version.allowlist,
  ]
}

# Only the proxy itself calls the service. A binding, not a member: a caller that somebody else adds is removed by the
# next apply.
resource "google_cloud_run_v2_service_iam_binding" "console_invoker" {
  count = local.has_console ? 1 : 0

  project  = var.project_id
  location = var.region
  name     = google_cloud_run_v2_service.console[0].name
  role     = "roles/run.invoker"
  members  = [local.iap_agent]
}

# Whom the proxy lets in; the same holds for somebody who is added by hand.
resource "google_iap_web_cloud_run_service_iam_binding" "console_users" {
  count = local.has_console ? 1 : 0

  project                = var.project_id
  location               = var.region
  cloud_run_service_name = google_cloud_run_v2_service.console[0].name
  role                   = "roles/iap.httpsResourceAccessor"
  members                = var.console_users
}

check "the_console_has_somebody_to_approve" {
  assert {
    condition     = !local.has_console || length(flatten([try(local.allowlist.approvers, []), [for rule in try(local.allowlist.rules, []) : try(rule.approvers, [])]])) > 0
    error_message = "There is a console, and the allowlist names no approvers: people can look, and nobody can approve."
  }
}
