-- A component that is a program of its own (XEP-0114): the example `gateway`.
modules_enabled = { "disco", "roster", "saslauth", "tls", "register" }
allow_registration = true
c2s_require_encryption = false
component_ports = { @COMPONENT@ }
component_interfaces = { "127.0.0.1" }
VirtualHost "@DOMAIN@"
Component "gateway.@DOMAIN@"
component_secret = "s3cret of the gateway"
