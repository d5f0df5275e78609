/** README.txt of an export: what each of its files is, for the person whose it is. */
export const README = `What Visage stores about you
============================

account.json         your address, name, other addresses, and the names you sign in by (no passwords)
documents/           your documents as they are stored: lists, rules, pictures as XML, your profile
icons/               your pictures as image files
icons-waiting/       pictures that wait for approval
publications/        what your phones and programs say of your presence just now
registrations.json   where your phones can be reached just now
subscriptions.json   who watches your presence, and whose presence you watch
sessions.json        when you signed in by a browser, where that lasts
contacts.json        your contacts in the XMPP network
administration.json  what the operator or the directory has said: a locked picture, your entry
audit.json           what was changed about you by the administration of this node

Times are UTC. What is not there is not stored. Passwords and their hashes are never given out.
`
