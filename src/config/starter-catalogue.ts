/** The example catalogue that `init` writes: it shows every key once, and is sound as it stands. */
export const starterCatalogue = {
  serviceOwners: [{ code: 'SKD', name: 'Skatteetaten', orgNumber: '974761076' }],
  services: [
    {
      serviceCode: 'PSA',
      serviceEditionCode: '2009',
      serviceOwner: 'SKD',
      type: 'Correspondence',
      name: 'Skatteoppgjør',
      message: {
        title: null,
        requireBody: false,
        requireConfirmation: false,
        confirmations: 'none',
        usageReportDays: null,
      },
    },
    {
      serviceCode: '1051',
      serviceEditionCode: '201010',
      serviceOwner: 'SKD',
      type: 'FormTask',
      name: 'Selvangivelse for næringsdrivende',
      forms: [{ dataFormatId: '890', dataFormatVersion: '10451', schema: 'forms/890-10451.xsd' }],
    },
  ],
};

/** Where the form schema of the example stands in the home, and what it says. */
export const STARTER_FORM_SCHEMA_PATH = 'forms/890-10451.xsd';

export const STARTER_FORM_SCHEMA = `<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:annotation>
    <xs:documentation>
      An example: put the form's own XSD in its place. It asks for a root element Skjema
      and leaves everything inside it free.
    </xs:documentation>
  </xs:annotation>
  <xs:element name="Skjema">
    <xs:complexType mixed="true">
      <xs:sequence>
        <xs:any minOccurs="0" maxOccurs="unbounded" processContents="skip"/>
      </xs:sequence>
      <xs:anyAttribute processContents="skip"/>
    </xs:complexType>
  </xs:element>
</xs:schema>
`;
