/** What the messages of one sender and service have in common. */
export interface MessageGroup {
  readonly id: number;
  readonly systemUserCode: string;
  readonly format: 'correspondence' | 'altut';
  readonly serviceCode: string;
  readonly serviceEditionCode: string;
}
