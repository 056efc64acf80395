# The whole organization, proposals only, with a console to look at them and dismiss them. Approving there begins with
# mode: apply in the allowlist and apply = true here.
project_id      = "acme-guestlist"
region          = "europe-west1"
organization_id = "123456789012"
allowlist_file  = "examples/console/allowlist.yaml"
apply           = false
# Who passes the proxy.
console_users = ["group:platform@example.com"]
