# The console is there only when it is asked for. Then only the proxy calls it, only those who are named pass the proxy,
# and its account is treated as Guestlist itself.

mock_provider "archive" {
  mock_data "archive_file" {
    defaults = {
      output_md5 = "0123456789abcdef0123456789abcdef"
    }
  }
}

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
  override_resource {
    target = google_service_account.console
    values = {
      email  = "guestlist-console@acme-guestlist.iam.gserviceaccount.com"
      member = "serviceAccount:guestlist-console@acme-guestlist.iam.gserviceaccount.com"
    }
  }

  mock_data "google_cloud_run_v2_service" {
    defaults = {
      template = [{
        containers = [{
          image          = "europe-west1-docker.pkg.dev/acme-guestlist/guestlist/remediate@sha256:0123"
          base_image_uri = "europe-west1-docker.pkg.dev/serverless-runtimes/google-24/runtimes/nodejs24"
        }]
      }]
    }
  }
}

variables {
  project_id      = "acme-guestlist"
  region          = "europe-west1"
  organization_id = "123456789012"
  allowlist_file  = "tests/approvers.yaml"
  apply           = true
  console_users   = ["group:approvers@example.com", "user:ada@example.com"]
}

run "a_console_without_apply_can_write_nothing" {
  variables {
    apply          = false
    allowlist_file = "examples/console/allowlist.yaml"
  }

  assert {
    condition     = !contains(google_organization_iam_custom_role.guestlist.permissions, "resourcemanager.projects.setIamPolicy")
    error_message = "The console's role has no permission to write."
  }

  assert {
    condition     = contains(google_organization_iam_custom_role.guestlist.permissions, "iam.serviceAccounts.getIamPolicy") && length(google_organization_iam_custom_role.guestlist.permissions) == 7
    error_message = "It holds one read more: who can act as the account that an approval would serve."
  }

  assert {
    condition     = google_organization_iam_member.console[0].role == google_organization_iam_member.guestlist[0].role
    error_message = "It holds the one custom role and no other."
  }

  assert {
    condition     = length(google_organization_iam_member.console_troubleshooter) + length(google_organization_iam_member.console_ancestors) + length(google_folder_iam_member.console) == 0
    error_message = "Nothing else is bound for it outside the project."
  }
}

# Compared with the run after it (test/deploy/terraform.test.ts): a console changes nothing but what has to know it.
run "an_apply_install_of_the_same_settings" {
  variables {
    console_users = []
  }

  assert {
    condition     = length(google_cloud_run_v2_service.console) + length(google_service_account.console) + length(google_iap_web_cloud_run_service_iam_binding.console_users) == 0
    error_message = "Nobody is named, so there is no console."
  }

  assert {
    condition     = output.console_url == null
    error_message = "Nothing has the address of one."
  }
}

run "the_proxy_alone_calls_it_and_those_named_alone_pass_the_proxy" {
  assert {
    condition     = google_cloud_run_v2_service.console[0].iap_enabled && !google_cloud_run_v2_service.console[0].invoker_iam_disabled && google_cloud_run_v2_service.console[0].ingress == "INGRESS_TRAFFIC_ALL"
    error_message = "The proxy is on, and calls are checked behind it."
  }

  assert {
    condition = (
      google_cloud_run_v2_service_iam_binding.console_invoker[0].role == "roles/run.invoker" &&
      google_cloud_run_v2_service_iam_binding.console_invoker[0].members == toset(["serviceAccount:service-111122223333@gcp-sa-iap.iam.gserviceaccount.com"])
    )
    error_message = "The proxy's agent alone invokes."
  }

  assert {
    condition = (
      google_iap_web_cloud_run_service_iam_binding.console_users[0].role == "roles/iap.httpsResourceAccessor" &&
      google_iap_web_cloud_run_service_iam_binding.console_users[0].members == toset(["group:approvers@example.com", "user:ada@example.com"])
    )
    error_message = "Those who are named pass, and nobody else."
  }

  assert {
    condition = alltrue([
      for invokers in google_cloud_run_v2_service_iam_binding.invokers :
      invokers.members == toset(["serviceAccount:guestlist-push@acme-guestlist.iam.gserviceaccount.com"])
    ])
    error_message = "The other functions are called by the push account alone, as before."
  }

  assert {
    condition     = alltrue([for made in google_cloudfunctions2_function.guestlist : made.service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"])
    error_message = "The other functions take internal calls alone, as before."
  }

  assert {
    condition     = google_project_service.used["iap.googleapis.com"].service == "iap.googleapis.com"
    error_message = "The proxy's API is on."
  }
}

run "it_runs_the_image_of_the_functions_as_its_own_account" {
  assert {
    condition     = google_cloud_run_v2_service.console[0].template[0].containers[0].image == "europe-west1-docker.pkg.dev/acme-guestlist/guestlist/remediate@sha256:0123"
    error_message = "The image is the one that was built for remediate."
  }

  assert {
    condition     = google_cloud_run_v2_service.console[0].template[0].containers[0].base_image_uri == "europe-west1-docker.pkg.dev/serverless-runtimes/google-24/runtimes/nodejs24"
    error_message = "What lies below it is kept up to date as for the functions."
  }

  assert {
    condition     = google_cloud_run_v2_service.console[0].template[0].labels.artefact == "0123456789abcdef0123456789abcdef"
    error_message = "Another zip makes another revision."
  }

  assert {
    condition     = google_cloud_run_v2_service.console[0].template[0].service_account == "guestlist-console@acme-guestlist.iam.gserviceaccount.com"
    error_message = "It runs as its own account."
  }
}

run "its_account_is_guestlist_itself" {
  variables {
    never_touch_folders = ["789789789789"]
  }

  assert {
    condition = alltrue([
      for account in ["guestlist-run", "guestlist-console"] :
      strcontains(google_logging_organization_sink.denials[0].filter, "(NOT protoPayload.authenticationInfo.principalEmail=\"${account}@acme-guestlist.iam.gserviceaccount.com\")")
    ])
    error_message = "What either account is refused is left out."
  }

  assert {
    condition = alltrue([
      for account in ["guestlist-run", "guestlist-console"] :
      strcontains(google_logging_organization_sink.own_writes[0].filter, "protoPayload.authenticationInfo.principalEmail=\"${account}@acme-guestlist.iam.gserviceaccount.com\"")
    ])
    error_message = "What either account writes is copied."
  }

  assert {
    condition = toset(google_iam_deny_policy.never_touch["789789789789"].rules[0].deny_rule[0].denied_principals) == toset([
      "principal://iam.googleapis.com/projects/-/serviceAccounts/guestlist-run@acme-guestlist.iam.gserviceaccount.com",
      "principal://iam.googleapis.com/projects/-/serviceAccounts/guestlist-console@acme-guestlist.iam.gserviceaccount.com",
    ])
    error_message = "The deny policy refuses both."
  }

  assert {
    condition     = google_organization_iam_member.console[0].condition[0].expression == google_organization_iam_member.guestlist[0].condition[0].expression
    error_message = "It may touch the one role and no other."
  }

  assert {
    condition = alltrue([
      for made in google_cloudfunctions2_function.guestlist :
      made.service_config[0].environment_variables.GUESTLIST_CONSOLE_ACCOUNT == "guestlist-console@acme-guestlist.iam.gserviceaccount.com" &&
      made.service_config[0].environment_variables.GUESTLIST_IDENTITY == "guestlist-run@acme-guestlist.iam.gserviceaccount.com"
    ])
    error_message = "Every function knows both accounts."
  }

  assert {
    condition = google_pubsub_topic_iam_binding.report_writers.members == toset([
      "serviceAccount:guestlist-run@acme-guestlist.iam.gserviceaccount.com",
      "serviceAccount:guestlist-console@acme-guestlist.iam.gserviceaccount.com",
    ])
    error_message = "Both publish reports."
  }

  assert {
    condition     = google_pubsub_topic_iam_binding.quarantine_writers.members == toset(["serviceAccount:guestlist-run@acme-guestlist.iam.gserviceaccount.com"])
    error_message = "The console reads no messages, so it puts none in quarantine."
  }
}

run "in_folders_it_is_bound_where_the_run_account_is" {
  variables {
    folders        = ["456456456456"]
    read_ancestors = true
    troubleshooter = "on"
  }

  assert {
    condition     = google_folder_iam_member.console["456456456456"].folder == "folders/456456456456" && length(google_organization_iam_member.console) == 0
    error_message = "The role is bound on the folder, and not on the organization."
  }

  assert {
    condition     = google_folder_iam_member.console["456456456456"].role == google_folder_iam_member.guestlist["456456456456"].role
    error_message = "It is the same role."
  }

  assert {
    condition     = google_folder_iam_member.console["456456456456"].condition[0].expression == google_folder_iam_member.guestlist["456456456456"].condition[0].expression
    error_message = "The condition is the same."
  }

  assert {
    condition     = google_organization_iam_member.console_ancestors[0].role == google_organization_iam_member.ancestors[0].role
    error_message = "It reads above the folder as the run account does."
  }

  assert {
    condition     = toset([for member in google_folder_iam_member.console_troubleshooter : member.role]) == toset(["roles/iam.securityReviewer", "roles/iam.denyReviewer"])
    error_message = "The Troubleshooter's roles are bound on the folder."
  }
}

run "it_has_what_channels_and_viewers_need" {
  variables {
    channel_secrets = { GUESTLIST_SLACK_TOKEN = "guestlist-slack" }
    slack_channel   = "C0123456789"
    console_viewers = ["example.org", "ada@example.com"]
    troubleshooter  = "on"
  }

  assert {
    condition     = [for variable in google_cloud_run_v2_service.console[0].template[0].containers[0].env : variable.value_source[0].secret_key_ref[0].secret if variable.name == "GUESTLIST_SLACK_TOKEN"] == ["guestlist-slack"]
    error_message = "It gets the secret of the channel."
  }

  assert {
    condition     = google_secret_manager_secret_iam_member.console_channel_reader["guestlist-slack"].member == "serviceAccount:guestlist-console@acme-guestlist.iam.gserviceaccount.com"
    error_message = "It may read that secret."
  }

  assert {
    condition     = length(google_organization_iam_member.console_troubleshooter) == 2 && length(google_project_iam_member.console_troubleshooter_quota) == 1
    error_message = "It may ask the Troubleshooter."
  }
}

run "a_console_without_approvers_is_pointed_out" {
  variables {
    allowlist_file = "tests/apply.yaml"
  }

  expect_failures = [check.the_console_has_somebody_to_approve]
}

run "viewers_without_users_are_refused" {
  command = plan

  variables {
    console_users   = []
    console_viewers = ["example.com"]
  }

  expect_failures = [var.console_viewers]
}

run "all_users_are_refused" {
  command = plan

  variables {
    console_users = ["user:ada@example.com", "allUsers"]
  }

  expect_failures = [var.console_users]
}

run "all_authenticated_users_are_refused" {
  command = plan

  variables {
    console_users = ["user:ada@example.com", "allAuthenticatedUsers"]
  }

  expect_failures = [var.console_users]
}

run "a_service_account_is_refused" {
  command = plan

  variables {
    console_users = ["user:ada@example.com", "serviceAccount:bot@acme-ml.iam.gserviceaccount.com"]
  }

  expect_failures = [var.console_users]
}

run "an_address_without_a_kind_is_refused" {
  command = plan

  variables {
    console_users = ["user:ada@example.com", "ada@example.com"]
  }

  expect_failures = [var.console_users]
}

run "a_public_domain_is_refused" {
  command = plan

  variables {
    console_users = ["user:ada@example.com", "domain:gmail.com"]
  }

  expect_failures = [var.console_users]
}
