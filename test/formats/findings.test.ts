import { describe, expect, it } from 'vitest';
import { Findings } from '../../src/formats/findings.js';
import { child } from '../../src/xml/element.js';
import { itemOf } from './service-owner-context.js';

const ITEM = itemOf('<Item>\n  <A/>\n</Item>');

describe('Findings', () => {
  it('is empty and has not failed when nothing was found', () => {
    const findings = new Findings(ITEM, 'R');
    expect(findings).toMatchObject({ failed: false, issues: [] });
  });

  it('places an issue at an element, at a place, or at the start of the item', () => {
    const findings = new Findings(ITEM, 'R');
    findings.error(1, 'at an element', child(ITEM.root, 'A'));
    findings.error(2, 'at a place', { line: 3, position: 4 });
    findings.warning(3, 'at the item');
    expect(findings.issues).toMatchObject([
      { code: 1, level: 'Error', line: 11, position: 3, reference: 'R' },
      { code: 2, level: 'Error', line: 3, position: 4, reference: 'R' },
      { code: 3, level: 'Warning', line: 10, position: 3, reference: 'R' },
    ]);
  });

  it('does not fail by warnings', () => {
    const findings = new Findings(ITEM, null);
    findings.warning(0, 'a warning');
    expect(findings.failed).toBe(false);
    findings.error(0, 'an error');
    expect(findings.failed).toBe(true);
  });

  it('masks person numbers', () => {
    const findings = new Findings(ITEM, null);
    findings.error(0, 'of 01019012308');
    expect(findings.issues[0]?.message).toBe('of 010190*****');
  });

  it('lists a hundred issues and says that there are more, but never leaves out the only error', () => {
    const findings = new Findings(ITEM, null);
    for (let at = 0; at < 1000; at += 1) findings.warning(0, `warning ${at}`);
    findings.error(7, 'the error');
    findings.error(7, 'another');
    expect(findings.issues).toHaveLength(102);
    expect(findings.issues.filter((one) => one.level === 'Error')).toMatchObject([{ message: 'the error' }]);
    expect(findings.issues.filter((one) => one.level === 'Information')).toHaveLength(1);
  });
});
