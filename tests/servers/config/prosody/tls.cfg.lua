-- As plain, but nothing goes before STARTTLS.
allow_registration = true
c2s_require_encryption = true
VirtualHost "@DOMAIN@"
