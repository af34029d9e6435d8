-- Nobody may register; whoever has an account may still change its password and remove it.
allow_registration = false
c2s_require_encryption = false
VirtualHost "@DOMAIN@"
