import {
  observePublishers,
  publisher,
  quit,
  record,
  yieldThen,
  type ActionTree,
  type AddEndpoint,
  type Rec,
  type RecordType,
  type Step,
  type Unchecked,
} from "@marketplace/runtime";

/**
 * What the driver's processes say among themselves: as long as somebody wants `of` (a socket, a listening socket, the driver itself),
 * there is a publisher of this. So the end of the driver, too, is heard by all that it has begun.
 */
interface DriverDemand extends Rec<"driver-demand"> {
  readonly of: object;
}

const driverDemand: RecordType<DriverDemand, readonly ["of"]> = record("driver-demand", "of");

/** Say that `of` is wanted, until this endpoint is deleted. */
export function demand(of: object, id: string): AddEndpoint<Unchecked> {
  return publisher(driverDemand(of), {}, { id });
}

/**
 * The actions of a process that has something to do only while `of` is wanted. If it is not wanted any more by the time that the process
 * has its turn, it ends at once.
 *
 * @param begin what to do
 * @param onGone what to do when it is wanted no longer
 */
export function whileDemanded<S>(of: object, begin: ActionTree<S>, onGone: (state: S) => Step<S>): ActionTree<S> {
  let isDemanded = false;
  return [
    observePublishers<DriverDemand, S>(driverDemand(of), {
      onPresence() {
        isDemanded = true;
      },
      onAbsence: (_event, state) => onGone(state),
    }),
    yieldThen(() => (isDemanded ? begin : quit())),
  ];
}
