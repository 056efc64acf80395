# A second fence, which no allow policy can open: whoever removes the condition above still meets this one.
resource "google_iam_deny_policy" "never_touch" {
  for_each = var.never_touch_folders

  parent       = urlencode("cloudresourcemanager.googleapis.com/folders/${each.value}")
  name         = "${var.name}-never-touch"
  display_name = "Guestlist writes no policy here"

  rules {
    description = "Guestlist writes no policy here"

    deny_rule {
      denied_principals  = [for email in local.own_accounts : "principal://iam.googleapis.com/projects/-/serviceAccounts/${email}"]
      denied_permissions = ["cloudresourcemanager.googleapis.com/projects.setIamPolicy"]
    }
  }
}
