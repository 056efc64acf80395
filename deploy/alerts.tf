# Each alert says in its own text what to do first, and where deploy/README.md says the rest.

locals {
  # Something happened that must not go unseen: one is enough.
  sightings = {
    quarantine = {
      title    = "a message could not be read"
      severity = "WARNING"
      filter   = "resource.type=\"cloud_run_revision\" AND metric.type=\"${local.metric_types.events}\" AND metric.labels.event=\"message-quarantined\""
      runbook  = "A message on the denials topic is no audit entry. It is kept whole on the subscription ${var.name}-quarantine (a very large one in the log ${var.name}). Read it and find out who sent it: only the sink's writer should publish there."
    }
    refused-writes = {
      title    = "a grant was refused or failed"
      severity = "ERROR"
      filter   = "resource.type=\"global\" AND metric.type=\"${local.metric_types.reports}\" AND metric.labels.outcome=monitoring.regex.full_match(\"refused|failed\")"
      runbook  = "Google refused a policy write, or it failed. The report in the log ${var.name} says why in outcome.detail: often apply is false, the role differs from the one IAM allows, or an organization policy refuses the member."
    }
    allowlist-changed = {
      title    = "the allowlist was changed"
      severity = "WARNING"
      filter   = "resource.type=\"audited_resource\" AND metric.type=\"${local.metric_types["allowlist-versions"]}\""
      runbook  = "A version was added to the secret ${var.name}-allowlist: by terraform apply, or by hand. If nobody of you did, somebody else decides who is granted: ${local.stop_command}"
    }
    allowlist-unusable = {
      title    = "the allowlist cannot be used"
      severity = "ERROR"
      filter   = "resource.type=\"cloud_run_revision\" AND metric.type=\"${local.metric_types.events}\" AND metric.labels.event=\"allowlist-unusable\""
      runbook  = "The newest version of the secret ${var.name}-allowlist has a fault. Until it is replaced nothing is granted and everything is proposed. The log line says the fault and its place."
    }
    unexpected-grant = {
      title    = "Guestlist's identity changed something it never changes"
      severity = "CRITICAL"
      filter   = "resource.type=\"logging_bucket\" AND metric.type=\"${local.metric_types["unexpected-grants"]}\""
      runbook  = "A policy write by Guestlist's identity touched another role than ${var.role}, a member that stands for many, or audit settings. Treat it as a break-in: ${local.stop_command}"
    }
    unmarked-write = {
      title    = "Guestlist's identity wrote a policy without saying why"
      severity = "CRITICAL"
      filter   = "resource.type=\"logging_bucket\" AND metric.type=\"${local.metric_types["unmarked-writes"]}\""
      runbook  = "Every write of Guestlist carries a request reason with its incident or sweep; this one does not, so something else used the identity. Treat it as a break-in: ${local.stop_command}"
    }
  }

  # The same, of the console.
  console_sightings = {
    console-refused = {
      title    = "the console turned somebody away"
      severity = "WARNING"
      filter   = "resource.type=\"cloud_run_revision\" AND metric.type=\"${local.metric_types.events}\" AND metric.labels.event=\"console-refused\""
      runbook  = "Somebody passed the proxy and was refused by the console itself. console-refused in the log of ${var.name}-console says who and why: somebody who may not look, a form that another site sent, or a request without the proxy's signature, which only comes where the proxy was switched off or gone around."
    }
    console-failing = {
      title    = "the console fails"
      severity = "WARNING"
      filter   = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${var.name}-console\" AND metric.type=\"run.googleapis.com/request_count\" AND metric.labels.response_code_class=\"5xx\""
      runbook  = "Requests to the console ended with 5xx: approvers cannot decide there, and npx guestlist approve still works. The log of ${var.name}-console names the reason; without a line it does not start."
    }
  }

  # Something has been so for too long.
  states = {
    dead-letters = {
      title      = "messages could not be handled"
      severity   = "ERROR"
      filter     = "resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${google_pubsub_subscription.dead_letters.name}\" AND metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\""
      above      = 0
      for_length = "0s"
      runbook    = "Messages were delivered 50 times and not handled once. They wait on the subscription ${google_pubsub_subscription.dead_letters.name} for 31 days. Find message-handed-back in the log of ${var.name}-remediate, mend its cause, then publish them again."
    }
    waiting = {
      title      = "denials wait for more than half an hour"
      severity   = "WARNING"
      filter     = "resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${google_pubsub_subscription.denials.name}\" AND metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\""
      above      = 1800
      for_length = "300s"
      runbook    = "Messages come back and are not handled. message-handed-back in the log of ${var.name}-remediate names the reason; without such lines the function does not start or may not be called."
    }
  }

  metric_types   = { for key in keys(local.metrics) : key => "logging.googleapis.com/user/${google_logging_metric.guestlist[key].name}" }
  promql_prefix  = "logging_googleapis_com:user_${replace(var.name, "-", "_")}"
  alert_channels = concat(tolist(var.notification_channels), [for channel in google_monitoring_notification_channel.email : channel.name])
  stop_command   = "gcloud iam roles update ${google_organization_iam_custom_role.guestlist.role_id} --organization=${var.organization_id} --remove-permissions=resourcemanager.projects.setIamPolicy --quiet"
}

resource "google_monitoring_notification_channel" "email" {
  for_each = var.alert_emails

  project      = var.project_id
  display_name = "Guestlist alerts: ${each.value}"
  type         = "email"
  labels       = { email_address = each.value }

  depends_on = [google_project_service.used]
}

resource "google_monitoring_alert_policy" "sighting" {
  for_each = merge(local.sightings, { for key, sighting in local.console_sightings : key => sighting if local.has_console })

  project               = var.project_id
  display_name          = "Guestlist: ${each.value.title}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = local.alert_channels

  conditions {
    display_name = each.value.title

    condition_threshold {
      filter          = each.value.filter
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "${each.value.runbook}\n\nRunbook: deploy/README.md#${each.key}"
  }
}

resource "google_monitoring_alert_policy" "state" {
  for_each = local.states

  project               = var.project_id
  display_name          = "Guestlist: ${each.value.title}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = local.alert_channels

  conditions {
    display_name = each.value.title

    condition_threshold {
      filter          = each.value.filter
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.above
      duration        = each.value.for_length

      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_MAX"
        cross_series_reducer = "REDUCE_MAX"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "${each.value.runbook}\n\nRunbook: deploy/README.md#${each.key}"
  }

  depends_on = [google_project_service.used]
}

# The sweep runs every quarter of an hour. When it ends, Scheduler, Pub/Sub, the push identity, the function, the
# allowlist and the ledger all work.
resource "google_monitoring_alert_policy" "no_heartbeat" {
  project               = var.project_id
  display_name          = "Guestlist: no sweep has ended for an hour"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.alert_channels

  conditions {
    display_name = "no sweep has ended for an hour"

    condition_absent {
      filter   = "resource.type=\"cloud_run_revision\" AND metric.type=\"${local.metric_types.events}\" AND metric.labels.event=\"sweep-done\""
      duration = "3600s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Read the log of ${var.name}-sweep. No line at all: it does not start, or may not be called. message-handed-back or sweep-failed: the line names the reason.\n\nRunbook: deploy/README.md#no-heartbeat"
  }
}

# Denials of one project share a write, so there are never more writes for incidents than grants that were reported.
resource "google_monitoring_alert_policy" "write_without_record" {
  project               = var.project_id
  display_name          = "Guestlist: more policies were written than grants recorded"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.alert_channels

  conditions {
    display_name = "more policies were written than grants recorded"

    condition_prometheus_query_language {
      query               = <<-EOT
        (sum(increase(${local.promql_prefix}_incident_writes{monitored_resource="logging_bucket"}[6h])) or vector(0))
        - (sum(increase(${local.promql_prefix}_events{monitored_resource="cloud_run_revision",event="denial-reported",outcome="applied"}[6h])) or vector(0))
        - (sum(increase(${local.promql_prefix}_events{monitored_resource="cloud_run_revision",event="message-handed-back"}[6h])) or vector(0))
        > 0.5
      EOT
      duration            = "900s"
      evaluation_interval = "300s"
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Within six hours, Guestlist's identity wrote more policies in the name of incidents than it reported grants. Compare the log bucket ${var.name}-own-writes with the output of guestlist grants --all; if a write has no grant, treat it as a break-in: ${local.stop_command}\n\nRunbook: deploy/README.md#write-without-record"
  }

  depends_on = [google_logging_metric.guestlist]
}
