locals {
  charts = [
    {
      title  = "Reports by cause"
      filter = "resource.type=\"global\" AND metric.type=\"${local.metric_types.reports}\""
      align  = "ALIGN_DELTA"
      reduce = "REDUCE_SUM"
      by     = ["metric.label.cause"]
    },
    {
      title  = "Reports by outcome"
      filter = "resource.type=\"global\" AND metric.type=\"${local.metric_types.reports}\""
      align  = "ALIGN_DELTA"
      reduce = "REDUCE_SUM"
      by     = ["metric.label.outcome"]
    },
    {
      title  = "Events of the functions"
      filter = "resource.type=\"cloud_run_revision\" AND metric.type=\"${local.metric_types.events}\""
      align  = "ALIGN_DELTA"
      reduce = "REDUCE_SUM"
      by     = ["metric.label.event"]
    },
    {
      title  = "Policies written for incidents"
      filter = "resource.type=\"logging_bucket\" AND metric.type=\"${local.metric_types["incident-writes"]}\""
      align  = "ALIGN_DELTA"
      reduce = "REDUCE_SUM"
      by     = []
    },
    {
      title  = "Age of the oldest denial that waits, in seconds"
      filter = "resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${google_pubsub_subscription.denials.name}\" AND metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\""
      align  = "ALIGN_MAX"
      reduce = "REDUCE_MAX"
      by     = []
    },
    {
      title  = "Messages that nobody has looked at: dead letters and quarantine"
      filter = "resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=monitoring.regex.full_match(\"${google_pubsub_subscription.dead_letters.name}|${google_pubsub_subscription.quarantine.name}\") AND metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\""
      align  = "ALIGN_MAX"
      reduce = "REDUCE_MAX"
      by     = ["resource.label.subscription_id"]
    },
  ]
}

resource "google_monitoring_dashboard" "guestlist" {
  project = var.project_id

  dashboard_json = jsonencode({
    displayName = "Guestlist (${var.name})"
    gridLayout = {
      columns = 2
      widgets = [for chart in local.charts : {
        title = chart.title
        xyChart = {
          dataSets = [{
            plotType = "LINE"
            timeSeriesQuery = {
              timeSeriesFilter = {
                filter = chart.filter
                aggregation = {
                  alignmentPeriod    = "300s"
                  perSeriesAligner   = chart.align
                  crossSeriesReducer = chart.reduce
                  groupByFields      = chart.by
                }
              }
            }
          }]
        }
      }]
    }
  })

  depends_on = [google_project_service.used]
}
