-- Invitation only (XEP-0445): the form comes for everybody, its submission needs a token.
modules_enabled = { "disco", "roster", "saslauth", "tls", "register", "invites", "invites_register" }
allow_registration = true
c2s_require_encryption = false
registration_invite_only = true
allow_user_invites = true
VirtualHost "@DOMAIN@"
