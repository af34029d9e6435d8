"""slixmpp's plugin for XEP-0077: PORT TASK JID PASSWORD [NEW-PASSWORD]"""

import asyncio
import sys

from slixmpp import ClientXMPP
from slixmpp.exceptions import IqError


class Peer(ClientXMPP):
    def __init__(self, task, jid, password, new):
        super().__init__(jid, password)
        self.task, self.new = task, new
        self.done = asyncio.get_event_loop().create_future()
        self.enable_starttls = self.enable_direct_tls = False
        self.enable_plaintext = True
        self.plugin["feature_mechanisms"].unencrypted_plain = True
        if task == "register":
            self.register_plugin("xep_0004")
            self.register_plugin("xep_0066")
            self.register_plugin("xep_0077", {"force_registration": True})
        else:
            self.register_plugin("xep_0077", {"create_account": False})
        self.add_event_handler("register", self.on_register)
        self.add_event_handler("session_start", self.on_session)
        self.add_event_handler("failed_all_auth", lambda _: self.end(1, "login refused"))
        self.add_event_handler("disconnected", lambda _: self.end(1, "disconnected"))

    def end(self, code, why):
        if not self.done.done():
            self.done.set_result((code, why))

    async def attempt(self, request):
        try:
            await request
            self.end(0, "")
        except IqError as error:
            self.end(1, error.condition)

    async def on_register(self, form):
        reply = self.Iq()
        reply["type"] = "set"
        reply["to"] = self.boundjid.domain
        query = reply["register"]
        if form["register"]["form"]["fields"]:
            answer = query["form"]
            answer["type"] = "submit"
            for name, field in form["register"]["form"].get_fields().items():
                values = {"username": self.boundjid.user, "password": self.password}
                answer.add_field(var=name, value=values.get(name, field["value"]))
        else:
            query["username"] = self.boundjid.user
            query["password"] = self.password
        await self.attempt(reply.send())

    async def on_session(self, _):
        plugin = self.plugin["xep_0077"]
        if self.task == "change":
            await self.attempt(plugin.change_password(self.new))
        elif self.task == "unregister":
            await self.attempt(plugin.cancel_registration())
        else:
            self.end(0, "")


async def main(port, task, jid, password, new=None):
    peer = Peer(task, jid, password, new)
    peer.connect("127.0.0.1", int(port))
    try:
        code, why = await asyncio.wait_for(peer.done, 30)
    except asyncio.TimeoutError:
        code, why = 2, "no answer"
    print(f"{task} done" if code == 0 else f"{task} failed: {why}")
    return code


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
sys.stdout.flush()
code = loop.run_until_complete(main(*sys.argv[1:]))
sys.stdout.flush()
sys.exit(code)
