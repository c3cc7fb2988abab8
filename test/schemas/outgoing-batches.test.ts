import { describe } from 'vitest';
import { anyMarkup, dateTime, int, many, maybe, one, optional, required, some, string, stringOf } from './facts.js';
import { proveFacts } from './prove.js';

const read = () => one('Read', [one('ReadDateTime', dateTime)]);

const altUtConfirmationBatch = one(
  'AltUtConfirmationBatch',
  [
    one('AltUtConfirmations', [
      some(
        'Confirmation',
        [
          read(),
          maybe(
            'Confirmed',
            [
              one('ConfirmedDateTime', dateTime),
              one('ConfirmedRoleList', string),
              one('LoginMethod', { good: ['1', '2', '3', '4', ' 01 '], bad: ['', '0', '5', '-1', '257', 'BankID'] }),
            ],
            [required('participantId', string)],
          ),
        ],
        [required('participantId', string), required('shortName', string), optional('messageReference', string)],
      ),
    ]),
    maybe('Signature', anyMarkup),
  ],
  [
    required('batchReference', string),
    required('previousReference', string),
    required('receiverReference', string),
    required('timeStamp', dateTime),
    required('confirmationsInBatch', string),
  ],
);

const correspondenceConfirmations = one('CorrespondenceConfirmations', [
  one('SequenceNo', string),
  one('PreviousSequenceNo', string),
  one('SystemUserCode', stringOf(3, 15)),
  one('ShipmentDateTime', dateTime),
  one('CountConfirmationsInShipment', int),
  some('Confirmation', [
    one('ServiceCode', string),
    maybe('ServiceEdition', string),
    one('Reportee', string),
    one('CorrespondenceReference', string),
    read(),
    maybe('Confirmed', [
      one('UserSSN', string),
      one('ConfirmedDateTime', dateTime),
      one('ConfirmedRoleList', string),
      one('AuthenticationMethod', int),
    ]),
  ]),
]);

const correspondenceUsageData = one('CorrespondenceUsageData', [
  one('ShipmentDateTime', dateTime),
  one('CorrespondenceUsage', [
    many('Service', [
      one('ServiceOwnerCode', string),
      one('ServiceName', string),
      some('ServiceEdition', [
        one('ServiceEditionID', string),
        some('ServiceEditionVersion', [
          one('ServiceEditionVersionName', string),
          many('Correspondence', [
            one('ReporteeID', string),
            one('CorrespondenceStatusType', string),
            one('SentCorrespondenceDatetime', dateTime),
          ]),
        ]),
      ]),
    ]),
  ]),
]);

describe('alt-ut-confirmation-batch.xsd', () => {
  proveFacts('alt-ut-confirmation-batch.xsd', altUtConfirmationBatch, null);
});

describe('correspondence-confirmations.xsd', () => {
  const namespace = 'http://schemas.altinn.no/services/intermediary/correspondence/confirmations/2010/10';

  proveFacts('correspondence-confirmations.xsd', correspondenceConfirmations, namespace);
});

describe('correspondence-usage-data.xsd', () => {
  const namespace = 'http://schemas.altinn.no/services/intermediary/correspondence/usagedata/2009/10';

  proveFacts('correspondence-usage-data.xsd', correspondenceUsageData, namespace);
});
