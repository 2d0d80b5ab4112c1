/** Carries texts to a viewer and back, each way in order. What it carries them over is its own affair. */
export interface Channel {
  /** Send a text; nothing comes of it once the channel is closed. */
  send(text: string): void;
  close(): void;
  /** Says whom to tell of each text that comes: called once. What is no text is refused by the listener. */
  onMessage(listener: (text: unknown) => void): void;
  /** Says whom to tell when the channel has closed, whoever closed it: called once. */
  onClose(listener: () => void): void;
}
