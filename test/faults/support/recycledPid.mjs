// @ts-check
/**
 * Run in a PID namespace of its own: node recycledPid.mjs LOCK HAS_START_TIME COMMAND ARGS…
 * Makes a lock of a process that ends, lets another process have its number, runs the command, and ends with its exit code.
 */
import { spawn } from 'node:child_process';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';

const [lock = '', hasStartTime, command = '', ...args] = process.argv.slice(2);
const first = sleeper();
const pid = first.pid ?? 0;
const starttime = startTime(pid);
writeFileSync(
  lock,
  JSON.stringify({ pid, createdAt: new Date().toISOString(), ...(hasStartTime === 'yes' ? { starttime } : {}) }),
);
utimesSync(lock, new Date(), new Date());
first.kill('SIGKILL');
await once(first, 'exit');
// Start times count in hundredths of a second.
await new Promise((resolve) => setTimeout(resolve, 50));
const second = recycle();
const child = spawn(command, args, { stdio: 'inherit' });
const [code] = await once(child, 'exit');
second.kill('SIGKILL');
process.exit(code ?? 1);

function recycle() {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1));
    const next = sleeper();
    if (next.pid === pid) return next;
    next.kill('SIGKILL');
  }
  throw new Error(`No process got the number ${pid} again.`);
}

function sleeper() {
  return spawn('sleep', ['600'], { stdio: 'ignore' });
}

/** @param {number} of */
function startTime(of) {
  const stat = readFileSync(`/proc/${of}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
}
