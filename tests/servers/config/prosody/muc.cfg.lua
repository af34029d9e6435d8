-- Chat rooms that register nicknames (XEP-0045 section 7.10).
modules_enabled = { "disco", "roster", "saslauth", "tls", "register" }
allow_registration = true
c2s_require_encryption = false
VirtualHost "@DOMAIN@"
Component "conference.@DOMAIN@" "muc"
restrict_room_creation = false
muc_room_locking = false
allow_unaffiliated_register = true
-- The same, but the form stays after a registration.
Component "club.@DOMAIN@" "muc"
restrict_room_creation = false
muc_room_locking = false
allow_unaffiliated_register = true
muc_registration_include_form = true
