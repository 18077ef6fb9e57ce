// Height of a bar, in pixels: the same as in planning.scss.
const HEIGHT = 23;

/**
 * Teach the library bars of a known size.
 *
 * It measures each of its own, and each measure makes the browser compute the
 * style of the whole page again: 300 bars took three seconds. Our bars are one
 * line high and cut their label, so that there is nothing to measure.
 */
export function registerPlanningItem(timeline) {
    const { types } = timeline.itemSet.constructor;
    types.planning ??= class extends types.range {
        _getDomComponentsSizes() {
            this.overflow = false;
            this.whiteSpace = false;
            return { content: { width: 0 }, box: { height: HEIGHT } };
        }
    };
}
