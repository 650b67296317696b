/** A reporter for `node --test` that writes a `Tally` as JSON. It counts neither suites nor files as tests. */
export default async function* nodeTally(source) {
  const tally = {passed: 0, failed: 0, skipped: 0};
  const failedFiles = new Set();
  const failures = [];
  for await (const {type, data} of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const isSuite = data.details?.type === 'suite';
    const isFile = data.nesting === 0 && data.file !== undefined && data.file === data.name;
    if (type === 'test:fail') {
      if (!isSuite) {
        tally.failed++;
        failures.push(data.name);
      }
      if (data.file) failedFiles.add(data.file);
    } else if (data.skip !== undefined || data.todo !== undefined) tally.skipped++;
    else if (!isSuite && !isFile) tally.passed++;
  }
  yield JSON.stringify({...tally, failedFiles: [...failedFiles], failures});
}
