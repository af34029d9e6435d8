-- What all scenarios of Prosody share; the scenario's own file is put behind it.
-- The tests replace the words between at signs.
run_as_root = true -- only matters where there is no user of Prosody's own
data_path = "@DATA@/data"
pidfile = "@DATA@/data/prosody.pid"
log = { { levels = { min = "debug" }, to = "file", filename = "@DATA@/log/server.log" } }
interfaces = { "127.0.0.1" }
c2s_ports = { @PORT@ }
c2s_direct_tls_ports = {}
component_ports = {}
http_ports = {}
https_ports = {}
modules_disabled = { "s2s", "posix" } -- no other server, no daemon
modules_enabled = { "disco", "roster", "saslauth", "tls", "register" }
authentication = "internal_plain"
allow_unencrypted_plain_auth = true
ssl = { certificate = "@DATA@/server.crt", key = "@DATA@/server.key" }
