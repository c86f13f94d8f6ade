package dev.jbuild.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;

/**
 * A call of a program by the native one.
 *
 * @param input for its standard input, in which {@link BridgeNetwork#NUMBER} stands for the number of the bridge
 * @param words settings of its environment, the program and its arguments
 */
record BridgeCall(String input, List<String> words) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static BridgeCall of(Map<String, ?> input, List<String> words) {
        try {
            String json = MAPPER.writeValueAsString(input);
            return new BridgeCall(json.replace("\\u0001", BridgeNetwork.NUMBER), words);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** @param kind what it is made for, as the native program has it */
    void addTo(List<String> command, String kind) {
        command.add(kind);
        command.add(input);
        command.addAll(words);
    }
}
