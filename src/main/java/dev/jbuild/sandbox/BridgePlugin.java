package dev.jbuild.sandbox;

import java.util.List;

/** Programs that join a network namespace to a bridge, and undo that. */
interface BridgePlugin {
    String name();

    /** The calls that join it, in this order. */
    List<BridgeCall> joining(BridgeNetwork network);

    /** The calls that undo what they did to the machine. */
    List<BridgeCall> leaving(BridgeNetwork network);
}
