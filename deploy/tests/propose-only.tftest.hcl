# A fresh install can write nothing, and only its own parts can talk to each other.

mock_provider "archive" {}

mock_provider "google" {
  mock_data "google_project" {
    defaults = {
      number = "111122223333"
    }
  }

  mock_resource "google_logging_organization_sink" {
    defaults = {
      writer_identity = "serviceAccount:service-org-123456789012@gcp-sa-logging.iam.gserviceaccount.com"
    }
  }

  mock_resource "google_logging_folder_sink" {
    defaults = {
      writer_identity = "serviceAccount:service-folder-456456456456@gcp-sa-logging.iam.gserviceaccount.com"
    }
  }

  override_resource {
    target = google_service_account.run
    values = {
      email  = "guestlist-run@acme-guestlist.iam.gserviceaccount.com"
      member = "serviceAccount:guestlist-run@acme-guestlist.iam.gserviceaccount.com"
    }
  }

  override_resource {
    target = google_service_account.push
    values = {
      email  = "guestlist-push@acme-guestlist.iam.gserviceaccount.com"
      member = "serviceAccount:guestlist-push@acme-guestlist.iam.gserviceaccount.com"
    }
  }
}

variables {
  project_id      = "acme-guestlist"
  region          = "europe-west1"
  organization_id = "123456789012"
  allowlist_file  = "allowlist.example.yaml"
}

run "no_permission_to_write_exists" {
  assert {
    condition     = !contains(google_organization_iam_custom_role.guestlist.permissions, "resourcemanager.projects.setIamPolicy")
    error_message = "Without apply there is no permission to write."
  }

  assert {
    condition = toset(google_organization_iam_custom_role.guestlist.permissions) == toset([
      "iam.roles.get",
      "resourcemanager.folders.get",
      "resourcemanager.folders.getIamPolicy",
      "resourcemanager.organizations.getIamPolicy",
      "resourcemanager.projects.get",
      "resourcemanager.projects.getIamPolicy",
    ])
    error_message = "The role holds the reads of the code and nothing else."
  }

  assert {
    condition     = length(google_organization_iam_member.troubleshooter) + length(google_organization_iam_member.ancestors) == 0
    error_message = "Nothing but the one role is bound on the organization."
  }

  assert {
    condition     = length(google_iam_deny_policy.never_touch) == 0
    error_message = "No deny policy is made that nobody asked for."
  }

  assert {
    condition     = length(google_organization_iam_audit_config.vertex_ai) == 0
    error_message = "Audit logs are left alone."
  }
}

run "only_the_sink_publishes_and_only_the_push_account_calls" {
  assert {
    condition     = google_pubsub_topic_iam_binding.denial_writers.members == toset(["serviceAccount:service-org-123456789012@gcp-sa-logging.iam.gserviceaccount.com"])
    error_message = "The sink's writer alone publishes denials."
  }

  assert {
    condition = alltrue([
      for invokers in google_cloud_run_v2_service_iam_binding.invokers :
      invokers.members == toset(["serviceAccount:guestlist-push@acme-guestlist.iam.gserviceaccount.com"]) && invokers.role == "roles/run.invoker"
    ])
    error_message = "The push account alone invokes."
  }

  assert {
    condition     = alltrue([for made in google_cloudfunctions2_function.guestlist : made.service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"])
    error_message = "Functions take internal calls alone."
  }

  assert {
    condition = (
      google_pubsub_subscription.denials.push_config[0].oidc_token[0].audience == "https://guestlist-remediate-111122223333.europe-west1.run.app" &&
      google_pubsub_subscription.denials.push_config[0].oidc_token[0].audience == google_cloudfunctions2_function.guestlist["remediate"].service_config[0].environment_variables.GUESTLIST_PUSH_AUDIENCE &&
      google_pubsub_subscription.ticks.push_config[0].oidc_token[0].audience == google_cloudfunctions2_function.guestlist["sweep"].service_config[0].environment_variables.GUESTLIST_PUSH_AUDIENCE
    )
    error_message = "Each function expects the audience that its own subscription sends."
  }

  assert {
    condition     = google_pubsub_subscription.denials.push_config[0].oidc_token[0].audience != google_pubsub_subscription.ticks.push_config[0].oidc_token[0].audience
    error_message = "A token for one function is none for the other."
  }
}

run "sinks_never_intercept" {
  assert {
    condition = alltrue([
      for sink in concat(google_logging_organization_sink.denials, google_logging_organization_sink.own_writes) :
      sink.include_children && !sink.intercept_children
    ])
    error_message = "Sinks see the projects below and take nothing away from them."
  }
}

run "nothing_expires_or_gets_lost" {
  assert {
    condition = alltrue([
      for subscription in [
        google_pubsub_subscription.denials,
        google_pubsub_subscription.dead_letters,
        google_pubsub_subscription.quarantine,
        google_pubsub_subscription.ticks,
      ] : subscription.expiration_policy[0].ttl == ""
    ])
    error_message = "Subscriptions never expire."
  }

  assert {
    condition     = google_firestore_database.ledger.delete_protection_state == "DELETE_PROTECTION_ENABLED" && google_firestore_database.ledger.deletion_policy == "ABANDON"
    error_message = "The ledger outlives an uninstall."
  }

  assert {
    condition     = alltrue([for made in google_cloudfunctions2_function.guestlist : made.service_config[0].timeout_seconds < (made.build_config[0].entry_point == "sweep" ? google_pubsub_subscription.ticks.ack_deadline_seconds : google_pubsub_subscription.denials.ack_deadline_seconds)])
    error_message = "Pub/Sub waits longer for an answer than the function may take."
  }
}

run "every_option_is_taken" {
  variables {
    also_report           = ["throttled", "policy-violation", "unauthenticated"]
    audit_log_types       = ["DATA_READ", "DATA_WRITE", "ADMIN_READ"]
    troubleshooter        = "with-errors"
    alert_emails          = ["platform@example.com"]
    notification_channels = ["projects/acme-ops/notificationChannels/123"]
    channel_secrets       = { GUESTLIST_WEBHOOK_URL = "webhook-url", GUESTLIST_WEBHOOK_SECRET = "webhook-secret" }
  }

  assert {
    condition     = length(google_organization_iam_audit_config.vertex_ai[0].audit_log_config) == 3
    error_message = "All three kinds of audit logs are switched on."
  }

  assert {
    condition     = length(google_monitoring_alert_policy.no_heartbeat.notification_channels) == 2
    error_message = "Alerts go to mail addresses and to channels that were there."
  }
}

run "an_allowlist_that_asks_for_more_is_pointed_out" {
  variables {
    allowlist_file = "tests/apply.yaml"
  }

  expect_failures = [check.the_allowlist_asks_for_no_more_than_iam_gives]
}

run "an_allowlist_of_another_organization_is_refused" {
  command = plan

  variables {
    organization_id = "999999999999"
  }

  expect_failures = [google_secret_manager_secret_version.allowlist]
}
