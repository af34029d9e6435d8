/* libstrophe: PORT TASK JID PASSWORD [NEW-PASSWORD] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strophe.h>

static const char *task, *password, *new_password;
static char *name, *domain;
static int code = 1;

static void finish(xmpp_conn_t *conn, int with)
{
    code = with;
    xmpp_disconnect(conn);
    xmpp_stop(xmpp_conn_get_context(conn));
}

static void add(xmpp_ctx_t *ctx, xmpp_stanza_t *to, const char *element, const char *text)
{
    xmpp_stanza_t *child = xmpp_stanza_new(ctx);
    xmpp_stanza_set_name(child, element);
    if (text) {
        xmpp_stanza_t *inner = xmpp_stanza_new(ctx);
        xmpp_stanza_set_text(inner, text);
        xmpp_stanza_add_child(child, inner);
        xmpp_stanza_release(inner);
    }
    xmpp_stanza_add_child(to, child);
    xmpp_stanza_release(child);
}

static void ask(xmpp_conn_t *conn, const char *type, const char *id, const char *user, const char *secret,
                int removes, xmpp_handler callback)
{
    xmpp_ctx_t *ctx = xmpp_conn_get_context(conn);
    xmpp_stanza_t *iq = xmpp_iq_new(ctx, type, id);
    xmpp_stanza_t *query = xmpp_stanza_new(ctx);
    xmpp_stanza_set_name(query, "query");
    xmpp_stanza_set_ns(query, XMPP_NS_REGISTER);
    if (user) {
        add(ctx, query, "username", user);
        add(ctx, query, "password", secret);
    }
    if (removes)
        add(ctx, query, "remove", NULL);
    xmpp_stanza_add_child(iq, query);
    xmpp_stanza_release(query);
    xmpp_id_handler_add(conn, (xmpp_handler)callback, id, NULL);
    xmpp_send(conn, iq);
    xmpp_stanza_release(iq);
}

static int on_done(xmpp_conn_t *conn, xmpp_stanza_t *stanza, void *unused)
{
    const char *type = xmpp_stanza_get_type(stanza);
    (void)unused;
    finish(conn, type && strcmp(type, "result") == 0 ? 0 : 1);
    return 0;
}

static int on_form(xmpp_conn_t *conn, xmpp_stanza_t *stanza, void *unused)
{
    xmpp_stanza_t *query = xmpp_stanza_get_child_by_name(stanza, "query");
    (void)unused;
    if (!query || !xmpp_stanza_get_child_by_name(query, "username"))
        finish(conn, 1);
    else
        ask(conn, "set", "register-2", name, password, 0, (xmpp_handler)on_done);
    return 0;
}

static int on_features(xmpp_conn_t *conn, xmpp_stanza_t *stanza, void *unused)
{
    (void)unused;
    if (!xmpp_stanza_get_child_by_ns(stanza, "http://jabber.org/features/iq-register"))
        finish(conn, 1);
    else
        ask(conn, "get", "register-1", NULL, NULL, 0, (xmpp_handler)on_form);
    return 0;
}

static void on_connection(xmpp_conn_t *conn, xmpp_conn_event_t event, int error, xmpp_stream_error_t *stream,
                          void *unused)
{
    int registers = strcmp(task, "register") == 0;
    (void)error, (void)stream, (void)unused;
    if (event == XMPP_CONN_RAW_CONNECT) {
        xmpp_conn_open_stream_default(conn);
    } else if (event == XMPP_CONN_CONNECT && registers) {
        xmpp_handler_add(conn, (xmpp_handler)on_features, XMPP_NS_STREAMS, "features", NULL, NULL);
    } else if (event == XMPP_CONN_CONNECT) {
        if (strcmp(task, "change") == 0)
            ask(conn, "set", "change-1", name, new_password, 0, (xmpp_handler)on_done);
        else if (strcmp(task, "unregister") == 0)
            ask(conn, "set", "remove-1", NULL, NULL, 1, (xmpp_handler)on_done);
        else
            finish(conn, 0);
    } else {
        xmpp_stop(xmpp_conn_get_context(conn));
    }
}

int main(int argc, char **argv)
{
    xmpp_ctx_t *ctx;
    xmpp_conn_t *conn;
    unsigned short port;
    if (argc < 5)
        return 2;
    port = (unsigned short)atoi(argv[1]);
    task = argv[2];
    password = argv[4];
    new_password = argc > 5 ? argv[5] : NULL;
    xmpp_initialize();
    ctx = xmpp_ctx_new(NULL, NULL);
    name = xmpp_jid_node(ctx, argv[3]);
    domain = xmpp_jid_domain(ctx, argv[3]);
    conn = xmpp_conn_new(ctx);
    xmpp_conn_set_flags(conn, XMPP_CONN_FLAG_DISABLE_TLS);
    xmpp_conn_set_jid(conn, argv[3]);
    xmpp_conn_set_pass(conn, password);
    if (strcmp(task, "register") == 0) {
        xmpp_conn_set_jid(conn, domain);
        xmpp_connect_raw(conn, "127.0.0.1", port, on_connection, NULL);
    } else {
        xmpp_connect_client(conn, "127.0.0.1", port, on_connection, NULL);
    }
    xmpp_run(ctx);
    printf(code == 0 ? "%s done\n" : "%s failed\n", task);
    return code;
}
