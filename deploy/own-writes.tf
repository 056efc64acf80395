# Every policy that Guestlist's identity (with a console: either of its two) writes, anywhere in the scope, copied to one bucket here: the proof of what it
# did, kept apart from its own account of it, and what the alerts about its writes look at.

locals {
  by_own_accounts = join(" OR ", [for email in local.own_accounts : "protoPayload.authenticationInfo.principalEmail=\"${email}\""])

  own_writes_filter = <<-EOT
    (log_id("cloudaudit.googleapis.com/activity"))
    AND (protoPayload.methodName:"SetIamPolicy")
    AND (${local.by_own_accounts})
  EOT

  own_writes_writers = merge(
    { for sink in google_logging_organization_sink.own_writes : "organization" => sink.writer_identity },
    { for folder, sink in google_logging_folder_sink.own_writes : folder => sink.writer_identity },
  )
}

resource "google_logging_project_bucket_config" "own_writes" {
  project        = var.project_id
  location       = var.region
  bucket_id      = "${var.name}-own-writes"
  description    = "Policy writes of Guestlist's identity"
  retention_days = 400

  depends_on = [google_project_service.used]
}

resource "google_logging_organization_sink" "own_writes" {
  count = local.is_whole_organization ? 1 : 0

  org_id             = var.organization_id
  name               = "${var.name}-own-writes"
  description        = "Policy writes of Guestlist's identity"
  destination        = "logging.googleapis.com/${google_logging_project_bucket_config.own_writes.id}"
  filter             = trimspace(local.own_writes_filter)
  include_children   = true
  intercept_children = false
}

resource "google_logging_folder_sink" "own_writes" {
  for_each = var.folders

  folder             = "folders/${each.value}"
  name               = "${var.name}-own-writes"
  description        = "Policy writes of Guestlist's identity"
  destination        = "logging.googleapis.com/${google_logging_project_bucket_config.own_writes.id}"
  filter             = trimspace(local.own_writes_filter)
  include_children   = true
  intercept_children = false
}

resource "google_project_iam_member" "own_writes_writer" {
  for_each = local.is_whole_organization ? toset(["organization"]) : var.folders

  project = var.project_id
  role    = "roles/logging.bucketWriter"
  member  = local.own_writes_writers[each.value]

  condition {
    title      = "own_writes_bucket_only"
    expression = "resource.name.endsWith(\"locations/${var.region}/buckets/${var.name}-own-writes\")"
  }
}
