// Every rule of the linter, by name, in the order of what they look at.
import { checkMalformed, checkTools } from './actions.ts';
import { openDuplicateIds, openDuplicates, openNearDuplicates } from './duplicates.ts';
import { checkForced, checkRewritten, checkSubmission, checkUnfinished } from './ending.ts';
import { checkElided, checkOrphans, checkUnanswered } from './observations.ts';
import { checkRoles, checkSteps } from './order.ts';
import { openPatch } from './patch.ts';
import type { Check, Rule, Severity } from './rule.ts';
import { checkMails, checkSecrets } from './secret.ts';
import { checkTime } from './time.ts';

const alone = (severity: Severity, about: string, check: Check): Rule => ({ severity, about, open: () => check });

export const rules = {
  // The reader finds these: what is no trajectory is shown to no rule.
  schema: alone('error', 'the row cannot be read as a trajectory', () => []),
  duplicate_id: { severity: 'error', about: 'its trajectory_id stands on an earlier row', open: openDuplicateIds },
  roles: alone('warning', 'messages do not alternate between the assistant and what answers it', checkRoles),
  steps: alone('error', 'the steps are not what the messages say', checkSteps),
  orphaned_observation: alone('error', 'a result answers no call', checkOrphans),
  unanswered_action: alone('error', 'an action in the middle has no observation', checkUnanswered),
  elided_observation: alone('warning', 'an observation was left out to save context', checkElided),
  malformed_action: alone('warning', 'a reply holds no action that can be read', checkMalformed),
  unknown_tool: alone('warning', 'a call does not fit the tools that the row lists', checkTools),
  rewritten_ending: alone('error', 'a cost-limit exit that SWE-smith made into a submission', checkRewritten),
  forced_ending: alone('warning', 'the harness ended the attempt in the name of the model', checkForced),
  unsubmitted: alone('error', 'the ending is `submitted`, but no action submits', checkSubmission),
  unfinished: alone('warning', 'the trajectory stops in the middle', checkUnfinished),
  time: alone('error', 'time goes backwards', checkTime),
  secret: alone('error', 'a key, token, password or private key', checkSecrets),
  mail: alone('warning', "a person's mail address", checkMails),
  duplicate: { severity: 'error', about: 'the same actions and observations as an earlier row', open: openDuplicates },
  near_duplicate: { severity: 'warning', about: 'nearly the actions of an earlier row', open: openNearDuplicates },
  patch: { severity: 'error', about: 'the patch is not what the edits of the steps make', open: openPatch },
} satisfies Record<string, Rule>;
export type RuleName = keyof typeof rules;

export const ruleNames = Object.keys(rules) as RuleName[];
