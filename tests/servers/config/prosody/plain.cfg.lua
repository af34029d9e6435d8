-- Anybody may register; STARTTLS is offered, plaintext permitted.
allow_registration = true
c2s_require_encryption = false
VirtualHost "@DOMAIN@"
