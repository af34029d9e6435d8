-- Legacy fields and a data form side by side; required and optional fields, and two of the operator's own.
allow_registration = true
c2s_require_encryption = false
registration_title = "Join the lab"
registration_instructions = "Give a name, a password & an e-mail address.\nThe rest is optional."
additional_registration_fields = {
	"email+", "nick", "name", "first", "last", "address", "city", "state", "zip", "phone", "url", "date",
	{ name = "http://lab.example/register#agree", type = "boolean", label = "I agree to the rules", required = true },
	{ name = "http://lab.example/register#colour", type = "list-single", label = "Favourite colour",
	  options = { { label = "Red", value = "red" }, { label = "Blue", value = "blue", default = true } } },
}
VirtualHost "@DOMAIN@"
