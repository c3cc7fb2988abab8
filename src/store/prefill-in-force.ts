/** Whether a row of prefill_form_set is in force; looked up by its whole key, which is what the table is ordered by. */
export const IS_IN_FORCE = `EXISTS (
  SELECT 1 FROM prefill_in_force
  WHERE prefill_in_force.reportee = prefill_form_set.reportee
    AND prefill_in_force.service_code = prefill_form_set.service_code
    AND prefill_in_force.service_edition_code = prefill_form_set.service_edition_code
    AND prefill_in_force.identifying_fields_hash = ifnull(prefill_form_set.identifying_fields_hash, '')
    AND prefill_in_force.last_day = substr(prefill_form_set.valid_to, 1, 10)
    AND prefill_in_force.item_id = prefill_form_set.item_id
)`;
