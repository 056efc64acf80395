# Counters over logs. Guestlist names its events and labels its reports, so nothing is parsed.

locals {
  own_services = join(" OR ", [
    for name in concat(keys(local.functions), local.has_console ? ["console"] : []) : "resource.labels.service_name=\"${var.name}-${name}\""
  ])

  # How the request reason of each write begins. Only the console undoes as Guestlist: the command line does it as a person.
  own_marks = join("|", concat(["incident", "sweep"], local.has_console ? ["undo"] : []))

  metrics = {
    # What the functions say on standard output (src/event-log.ts).
    events = {
      bucket = null
      labels = { event = "jsonPayload.event", outcome = "jsonPayload.outcome", cause = "jsonPayload.cause" }
      filter = <<-EOT
        (resource.type="cloud_run_revision")
        AND (${local.own_services})
        AND (jsonPayload.event:*)
      EOT
    }

    # Reports in Guestlist's log (src/google/logging-channel.ts).
    reports = {
      bucket = null
      labels = { cause = "labels.guestlist_cause", decision = "labels.guestlist_decision", outcome = "labels.guestlist_outcome" }
      filter = <<-EOT
        (logName="projects/${var.project_id}/logs/${var.name}")
        AND (labels.guestlist_outcome:*)
      EOT
    }

    # New versions of the allowlist, whoever made them.
    allowlist-versions = {
      bucket = null
      labels = {}
      filter = <<-EOT
        (log_id("cloudaudit.googleapis.com/activity"))
        AND (protoPayload.methodName:"SecretManagerService.AddSecretVersion")
        AND (protoPayload.resourceName:"/secrets/${var.name}-allowlist")
      EOT
    }

    # Policy writes that an incident was the reason of.
    incident-writes = {
      bucket = google_logging_project_bucket_config.own_writes.id
      labels = {}
      filter = <<-EOT
        ${trimspace(local.own_writes_filter)}
        AND (NOT protoPayload.status.code>0)
        AND (protoPayload.requestMetadata.requestAttributes.reason=~"^guestlist incident ")
      EOT
    }

    # Policy writes that do not say what Guestlist says with each of its own.
    unmarked-writes = {
      bucket = google_logging_project_bucket_config.own_writes.id
      labels = {}
      filter = <<-EOT
        ${trimspace(local.own_writes_filter)}
        AND (NOT protoPayload.status.code>0)
        AND (NOT protoPayload.requestMetadata.requestAttributes.reason=~"^guestlist (${local.own_marks}) ")
      EOT
    }

    # Changes that Guestlist never makes: another role, a member that stands for many, audit settings.
    unexpected-grants = {
      bucket = google_logging_project_bucket_config.own_writes.id
      labels = {}
      filter = <<-EOT
        ${trimspace(local.own_writes_filter)}
        AND (NOT protoPayload.status.code>0)
        AND (protoPayload.serviceData.policyDelta.bindingDeltas.role!="${var.role}" OR protoPayload.serviceData.policyDelta.bindingDeltas.member=~"^(allUsers|allAuthenticatedUsers|group:|domain:|deleted:|principalSet:|projectOwner:|projectEditor:|projectViewer:)" OR protoPayload.serviceData.policyDelta.auditConfigDeltas:*)
      EOT
    }
  }
}

resource "google_logging_metric" "guestlist" {
  for_each = local.metrics

  project          = var.project_id
  name             = "${var.name}-${each.key}"
  filter           = trimspace(each.value.filter)
  bucket_name      = each.value.bucket
  label_extractors = { for label, field in each.value.labels : label => "EXTRACT(${field})" }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"

    dynamic "labels" {
      for_each = each.value.labels

      content {
        key        = labels.key
        value_type = "STRING"
      }
    }
  }

  depends_on = [google_project_service.used]
}
