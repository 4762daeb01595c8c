import { checkCommand, checkScript, environmentLines, type ScriptPlatform } from './checkScript.ts';
import { SCRIPT_NAME, type AutomationKind, type CheckPlan, type Interval } from './plan.ts';
import { cronCommand, shellWord, systemdWord, withoutExpressions, xmlText } from './quoting.ts';

/** A file to be written, as text. */
export interface PlannedFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** What one kind of automation needs, beside the copy of the worker. */
export interface Artefacts {
  readonly files: readonly PlannedFile[];
  /** What the user puts somewhere themselves; `null` where everything is in the files. */
  readonly copy: string | null;
  /** Program and arguments that switch it on and off; `null` where the user does that with what is copied. */
  readonly enable: readonly [string, ...string[]] | null;
  readonly disable: readonly [string, ...string[]] | null;
}

/** Where a user's own units and agents stand. Absolute. */
export interface AutomationPlaces {
  readonly units: string;
  readonly launchAgents: string;
}

const TIMER = 'openclaw-auth-check.timer';
const SERVICE = 'openclaw-auth-check.service';
const LABEL = 'openclaw-auth.check';
/** Any number that no other job of the user has. */
const TERMUX_JOB = '4117';
const PRIVATE_SCRIPT = 0o700;
const PLAIN_FILE = 0o644;

const SECONDS: Record<Interval, number> = { daily: 86_400, sixHours: 21_600, hourly: 3_600 };
const CALENDAR: Record<Interval, string> = {
  daily: '*-*-* 09:17:00',
  sixHours: '*-*-* 00/6:17:00',
  hourly: '*-*-* *:17:00',
};
const CRON: Record<Interval, string> = { daily: '17 9 * * *', sixHours: '17 */6 * * *', hourly: '17 * * * *' };

/** The texts of one kind. The plan must hold nothing that cannot be written (`findUnwritable`). */
export function makeArtefacts(kind: AutomationKind, plan: CheckPlan, places: AutomationPlaces): Artefacts {
  switch (kind) {
    case 'systemd':
      return makeSystemd(plan, places);
    case 'cron':
      return { files: [scriptFile(plan, 'linux')], copy: cronLines(plan), enable: null, disable: null };
    case 'launchd':
      return makeLaunchd(plan, places);
    case 'termux':
      return makeTermux(plan);
    case 'github':
      return { files: [], copy: githubStep(plan), enable: null, disable: null };
    case 'shell':
      return { files: [], copy: shellStep(plan, 'echo'), enable: null, disable: null };
  }
}

function scriptFile(plan: CheckPlan, platform: ScriptPlatform): PlannedFile {
  return { path: scriptPath(plan), text: checkScript(plan, platform), mode: PRIVATE_SCRIPT };
}

function scriptPath({ folder }: CheckPlan): string {
  return `${folder}/${SCRIPT_NAME}`;
}

function makeSystemd(plan: CheckPlan, { units }: AutomationPlaces): Artefacts {
  const head = (what: string): string[] => [`# OpenClaw Auth ${plan.version}`, '[Unit]', `Description=${what}`, ''];
  const service = [
    ...head('Check of the credentials of the OpenClaw gateway'),
    ...['[Service]', 'Type=oneshot', `ExecStart=/bin/sh ${systemdWord(scriptPath(plan))}`, ''],
  ];
  const timer = [
    ...head('When the credentials of the OpenClaw gateway are checked'),
    ...['[Timer]', `OnCalendar=${CALENDAR[plan.interval]}`, 'RandomizedDelaySec=5min', 'Persistent=true', ''],
    ...['[Install]', 'WantedBy=timers.target', ''],
  ];
  return {
    files: [
      scriptFile(plan, 'linux'),
      { path: `${units}/${SERVICE}`, text: service.join('\n'), mode: PLAIN_FILE },
      { path: `${units}/${TIMER}`, text: timer.join('\n'), mode: PLAIN_FILE },
    ],
    copy: null,
    enable: ['/bin/sh', '-c', `systemctl --user daemon-reload && systemctl --user enable --now ${TIMER}`],
    disable: ['/bin/sh', '-c', `systemctl --user disable --now ${TIMER}; systemctl --user daemon-reload`],
  };
}

/** A comment would be part of the command if it stood behind it. */
function cronLines(plan: CheckPlan): string {
  const command = cronCommand(`/bin/sh ${shellWord(scriptPath(plan))}`);
  return `# OpenClaw Auth ${plan.version}: checks the gateway's credentials\n${CRON[plan.interval]} ${command}\n`;
}

function makeLaunchd(plan: CheckPlan, { launchAgents }: AutomationPlaces): Artefacts {
  const file = `${launchAgents}/${LABEL}.plist`;
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    '  <key>Label</key>',
    `  <string>${LABEL}</string>`,
    '  <key>ProgramArguments</key>',
    '  <array>',
    '    <string>/bin/sh</string>',
    `    <string>${xmlText(scriptPath(plan))}</string>`,
    '  </array>',
    '  <key>StartInterval</key>',
    `  <integer>${SECONDS[plan.interval]}</integer>`,
    '</dict>',
    '</plist>',
    '',
  ].join('\n');
  return {
    files: [scriptFile(plan, 'macos'), { path: file, text, mode: PLAIN_FILE }],
    copy: null,
    enable: ['/bin/sh', '-c', 'launchctl bootstrap "gui/$(id -u)" "$1"', 'sh', file],
    disable: ['/bin/sh', '-c', `launchctl bootout "gui/$(id -u)/${LABEL}"`],
  };
}

function makeTermux(plan: CheckPlan): Artefacts {
  const job = ['termux-job-scheduler', '--job-id', TERMUX_JOB] as const;
  const period = String(SECONDS[plan.interval] * 1000);
  return {
    files: [scriptFile(plan, 'termux')],
    copy: null,
    enable: [...job, '--period-ms', period, '--persisted', 'true', '--script', scriptPath(plan)],
    disable: [...job, '--cancel'],
  };
}

const GITHUB_INDENT = ' '.repeat(4);

/** A step of a job on a runner that can read the gateway's files. */
function githubStep(plan: CheckPlan): string {
  const script = withoutExpressions(shellStep(plan, 'annotate')).trimEnd().split('\n');
  return [
    '- name: Check the credentials of the OpenClaw gateway',
    '  shell: bash',
    '  run: |',
    ...script.map((line) => `${GITHUB_INDENT}${line}`),
    '',
  ].join('\n');
}

/** For any CI: fails when the gateway cannot work, and only warns of what will expire. Also where the shell stops at errors. */
function shellStep(plan: CheckPlan, warning: 'echo' | 'annotate'): string {
  const words = 'A credential of the OpenClaw gateway is about to expire.';
  return [
    `# OpenClaw Auth ${plan.version}: fails when a credential has expired or is missing, warns before that.`,
    ...environmentLines(plan),
    'code=0',
    `${checkCommand(plan)} || code=$?`,
    'if [ "$code" -eq 2 ]; then',
    `  echo '${warning === 'annotate' ? '::warning::' : ''}${words}'`,
    '  code=0',
    'fi',
    '[ "$code" -eq 0 ] || exit "$code"',
    '',
  ].join('\n');
}
