# With apply, one permission is added, and it reaches one role.

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

run "one_permission_is_added" {
  variables {
    apply          = true
    allowlist_file = "tests/apply.yaml"
  }

  assert {
    condition     = length(google_organization_iam_custom_role.guestlist.permissions) == 7 && contains(google_organization_iam_custom_role.guestlist.permissions, "resourcemanager.projects.setIamPolicy")
    error_message = "One permission is added to those of a propose-only install."
  }

  assert {
    condition     = google_organization_iam_member.guestlist[0].condition[0].expression == "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/aiplatform.user'])"
    error_message = "The condition limits it to the one role."
  }
}

run "the_limit_names_the_configured_role" {
  variables {
    apply          = true
    role           = "organizations/123456789012/roles/geminiCaller"
    allowlist_file = "tests/custom-role.yaml"
  }

  assert {
    condition     = google_organization_iam_member.guestlist[0].condition[0].expression == "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['organizations/123456789012/roles/geminiCaller'])"
    error_message = "The condition limits it to the configured role."
  }
}

run "the_allowlist_cannot_widen_the_limit" {
  command = plan

  variables {
    apply          = true
    allowlist_file = "tests/custom-role.yaml"
  }

  expect_failures = [google_secret_manager_secret_version.allowlist]
}

run "a_role_that_can_change_policies_is_refused" {
  command = plan

  variables {
    role = "roles/aiplatform.admin"
  }

  expect_failures = [var.role]
}

run "a_condition_cannot_be_smuggled_into_the_role" {
  command = plan

  variables {
    role = "roles/aiplatform.user','roles/owner"
  }

  expect_failures = [var.role]
}

run "folders_that_are_never_touched_get_a_deny_policy" {
  variables {
    apply               = true
    allowlist_file      = "tests/apply.yaml"
    never_touch_folders = ["789789789789"]
  }

  assert {
    condition = google_iam_deny_policy.never_touch["789789789789"].rules[0].deny_rule[0].denied_permissions == toset(["cloudresourcemanager.googleapis.com/projects.setIamPolicy"]) || (
      tolist(google_iam_deny_policy.never_touch["789789789789"].rules[0].deny_rule[0].denied_permissions) == tolist(["cloudresourcemanager.googleapis.com/projects.setIamPolicy"])
    )
    error_message = "The deny policy refuses policy writes."
  }
}

run "a_url_is_no_channel_secret" {
  command = plan

  variables {
    channel_secrets = { GUESTLIST_SLACK_WEBHOOK = "https://hooks.slack.com/services/x" }
  }

  expect_failures = [var.channel_secrets]
}

run "a_variable_that_is_no_channel_cannot_be_set" {
  command = plan

  variables {
    channel_secrets = { NODE_OPTIONS = "some-secret" }
  }

  expect_failures = [var.channel_secrets]
}

run "a_channel_gets_its_secret_and_may_read_that_one" {
  variables {
    channel_secrets = { GUESTLIST_SLACK_WEBHOOK = "guestlist-slack" }
  }

  assert {
    condition     = alltrue([for made in google_cloudfunctions2_function.guestlist : one(made.service_config[0].secret_environment_variables).secret == "guestlist-slack"])
    error_message = "Both functions get the secret."
  }

  assert {
    condition     = keys(google_secret_manager_secret_iam_member.channel_reader) == ["guestlist-slack"]
    error_message = "The run account may read that secret."
  }
}
