-- As tls, and TLS from the start on the second port.
allow_registration = true
c2s_require_encryption = true
c2s_direct_tls_ports = { @COMPONENT@ }
VirtualHost "@DOMAIN@"
