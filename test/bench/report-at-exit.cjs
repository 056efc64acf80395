// Preloaded into a process under test: tells at its end what it has used, on descriptor 3.
process.once('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuMicroseconds: userCPUTime + systemCPUTime, mostResidentBytes: maxRSS * 1024 };
  require('node:fs').writeSync(3, JSON.stringify(usage));
});
