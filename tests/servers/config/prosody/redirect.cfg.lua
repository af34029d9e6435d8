-- mod_register_redirect (Debian's prosody-modules) with a URL that XML has to escape.
modules_enabled = { "disco", "roster", "saslauth", "tls", "register", "register_redirect" }
allow_registration = true
c2s_require_encryption = false
no_registration_whitelist = true -- 127.0.0.1 is on the list by default
registration_url = "https://lab.example/register?lang=en&amp=1"
registration_text = "Please register on our web site."
VirtualHost "@DOMAIN@"
