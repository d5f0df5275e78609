"""XMPP clients for the tests, by slixmpp: orders come as lines of JSON, what the clients receive goes out as such.

An order is {"order": NAME, "client": "bob@host/resource", "number": N, ...}; its end is told as
{"done": N, "result": ...} or {"done": N, "error": "..."}. A stanza is told as {"client": ..., "at": MS, "stanza": XML}.
"""
import asyncio
import base64
import json
import os
import sys
import time

import slixmpp
from slixmpp.exceptions import IqError, IqTimeout
from slixmpp.xmlstream import tostring

clients = {}
STANZAS = (slixmpp.Iq, slixmpp.Message, slixmpp.Presence)
CAPABLE = ('xep_0030', 'xep_0115', 'xep_0163', 'xep_0199', 'xep_0054', 'xep_0060')


def tell(what):
    sys.stdout.write(json.dumps(what) + '\n')
    sys.stdout.flush()


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid, password, notify, capable):
        super().__init__(jid, password, sasl_mech='PLAIN')
        self.name = jid
        # Nobody is answered by himself: the test says what a person would do.
        self.auto_authorize = None
        self.auto_subscribe = False
        self['feature_mechanisms'].unencrypted_plain = True
        for plugin in CAPABLE if capable else ():
            self.register_plugin(plugin)
        if notify:
            self.register_plugin('xep_0084')
            self.register_plugin('xep_0153')
        self.add_filter('in', self.heard)
        self.ready = asyncio.get_event_loop().create_future()
        self.add_event_handler('session_start', lambda _: self.ready.done() or self.ready.set_result(True))
        self.add_event_handler('failed_auth', lambda _: self.ready.done() or self.ready.set_exception(Exception('failed_auth')))
        self.add_event_handler('disconnected', lambda _: tell({'client': self.name, 'at': now(), 'disconnected': True}))

    def heard(self, stanza):
        if isinstance(stanza, STANZAS):
            tell({'client': self.name, 'at': now(), 'stanza': tostring(stanza.xml, top_level=True)})
        return stanza


def now():
    return int(time.time() * 1000)


async def connect(order):
    client = Client(order['client'], order['password'], order.get('notify', True), order.get('capable', True))
    clients[order['client']] = client
    client.connect((order['host'], order['port']), disable_starttls=True, force_starttls=False)
    await asyncio.wait_for(client.ready, 20)


async def raw(order):
    clients[order['client']].send_raw(order['xml'])


async def presence(order):
    """With the client's capabilities, which raw presence has not."""
    client = clients[order['client']]
    client.send_presence(pshow=order.get('show'), pstatus=order.get('status'), ppriority=order.get('priority'),
                         pto=order.get('to'), ptype=order.get('type'))


async def disconnect(order):
    client = clients.pop(order['client'])
    await client.disconnect(wait=1)


async def abort(order):
    clients.pop(order['client']).abort()


async def publish_avatar(order):
    """As XEP-0084 has it: the data first, then what it is."""
    client, data = clients[order['client']], base64.b64decode(order['data'])
    avatar = client['xep_0084']
    await avatar.publish_avatar(data)
    # In words: slixmpp 1.8.3 stops sending altogether when these are numbers.
    info = {'id': order.get('id') or avatar.generate_id(data), 'type': order['type'], 'bytes': str(len(data))}
    await avatar.publish_avatar_metadata(info)


async def stop_avatar(order):
    await clients[order['client']]['xep_0084'].stop()


async def set_vcard_avatar(order):
    data = base64.b64decode(order['data'])
    await clients[order['client']]['xep_0153'].set_avatar(avatar=data, mtype=order['type'])


async def vcard_photo(order):
    """The picture of somebody's vCard, as the plugin decodes it."""
    answer = await clients[order['client']]['xep_0054'].get_vcard(jid=order['of'], cached=False, timeout=10)
    return base64.b64encode(answer['vcard_temp']['PHOTO']['BINVAL'] or b'').decode()


async def roster(order):
    """What the client believes of its contacts, from the pushes that it had."""
    known = clients[order['client']].client_roster
    return {jid: {'subscription': known[jid]['subscription'], 'ask': known[jid]['pending_out'],
                  'name': known[jid]['name'], 'groups': list(known[jid]['groups'])} for jid in known.keys()}


async def ask_roster(order):
    await clients[order['client']].get_roster()


async def verify_capabilities(order):
    """The hash that the answer to disco#info gives, by slixmpp's own reckoning. XEP-0115 section 5.1"""
    client = clients[order['client']]
    info = await client['xep_0030'].get_info(jid=order['of'], node=order.get('node'), timeout=10)
    return client['xep_0115'].generate_verstring(info['disco_info'], 'sha-1')


ORDERS = {order.__name__: order for order in (
    connect, raw, presence, disconnect, abort, publish_avatar, stop_avatar, set_vcard_avatar, vcard_photo,
    roster, ask_roster, verify_capabilities)}


async def obey(order):
    try:
        tell({'done': order['number'], 'result': await ORDERS[order['order']](order)})
    except (IqError, IqTimeout) as problem:
        tell({'done': order['number'], 'error': f'{type(problem).__name__} {problem}'})
    except Exception as problem:
        tell({'done': order['number'], 'error': f'{type(problem).__name__}: {problem}'})


async def main():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=64 * 1024 * 1024)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tell({'ready': True})
    while line := await reader.readline():
        asyncio.ensure_future(obey(json.loads(line)))
    # Whoever gave the orders is gone.
    os._exit(0)


asyncio.get_event_loop().run_until_complete(main())
