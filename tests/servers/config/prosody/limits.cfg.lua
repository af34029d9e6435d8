-- Two registrations per ten minutes and address.
allow_registration = true
c2s_require_encryption = false
registration_allowlist = {} -- 127.0.0.1 is on the list by default
registration_throttle_max = 2
registration_throttle_period = 600
VirtualHost "@DOMAIN@"
