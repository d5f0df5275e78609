export declare const packageOf: Readonly<
  Record<
    | 'baresip'
    | 'chromium'
    | 'curl'
    | 'ejabberdctl'
    | 'finch'
    | 'kamailio'
    | 'linphonec'
    | 'mod_privilege.lua'
    | 'nginx'
    | 'postgres'
    | 'promtool'
    | 'prosody'
    | 'pua_usrloc.so'
    | 'sipp'
    | 'slapd'
    | 'slixmpp.py'
    | 'sqlite3'
    | 'systemd-analyze'
    | 'tcpdump'
    | 'tmux'
    | 'twinkle-console',
    string
  >
>
export declare function isInstalled(program: string): boolean
export declare function pathOf(program: string): string | undefined
export declare function missingPrograms(): (keyof typeof packageOf)[]
export declare function installPackages(
  packages: readonly string[],
  seams?: {
    run?: (command: string, args: readonly string[]) => { status: number | null; output: string }
    policyFile?: string
  },
): void
