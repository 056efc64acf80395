# In folders, nothing is bound on the organization.

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

run "folders_bind_nothing_on_the_organization" {
  variables {
    folders        = ["456456456456"]
    allowlist_file = "examples/one-folder-propose-only/allowlist.yaml"
  }

  assert {
    condition = (
      length(google_organization_iam_member.guestlist) +
      length(google_organization_iam_member.ancestors) +
      length(google_organization_iam_member.troubleshooter) +
      length(google_logging_organization_sink.denials) +
      length(google_logging_organization_sink.own_writes) == 0
    )
    error_message = "Nothing is bound on the organization, and no sink stands there."
  }

  assert {
    condition     = google_folder_iam_member.guestlist["456456456456"].folder == "folders/456456456456"
    error_message = "The role is bound on the folder."
  }

  assert {
    condition     = google_pubsub_topic_iam_binding.denial_writers.members == toset(["serviceAccount:service-folder-456456456456@gcp-sa-logging.iam.gserviceaccount.com"])
    error_message = "The folder's sink alone publishes denials."
  }

  assert {
    condition     = google_project_iam_member.own_writes_writer["456456456456"].member == "serviceAccount:service-folder-456456456456@gcp-sa-logging.iam.gserviceaccount.com"
    error_message = "The folder's sink writes the bucket of own writes."
  }
}

run "what_lies_above_is_read_only_when_asked_for" {
  variables {
    folders        = ["456456456456"]
    read_ancestors = true
  }

  assert {
    condition = toset(google_organization_iam_custom_role.ancestors[0].permissions) == toset([
      "resourcemanager.folders.get",
      "resourcemanager.folders.getIamPolicy",
      "resourcemanager.organizations.getIamPolicy",
    ])
    error_message = "Of what lies above, no project is read."
  }
}

run "the_troubleshooter_reads_in_the_folder" {
  variables {
    folders        = ["456456456456"]
    troubleshooter = "on"
  }

  assert {
    condition     = toset([for member in google_folder_iam_member.troubleshooter : member.role]) == toset(["roles/iam.securityReviewer", "roles/iam.denyReviewer"])
    error_message = "Its roles are bound on the folder."
  }

  assert {
    condition     = length(google_organization_iam_member.troubleshooter) == 0
    error_message = "Its roles are not bound on the organization."
  }
}

run "audit_logs_are_set_in_the_folder" {
  variables {
    folders         = ["456456456456"]
    audit_log_types = ["DATA_READ"]
  }

  assert {
    condition     = length(google_folder_iam_audit_config.vertex_ai) == 1 && length(google_organization_iam_audit_config.vertex_ai) == 0
    error_message = "Audit logs are switched on in the folder alone."
  }
}
