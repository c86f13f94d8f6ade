package dev.jbuild.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.image.Finding;
import java.util.Locale;

/** What a verification found, as JSON. */
final class JsonFindings {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonFindings() {}

    static String line(Finding finding) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("what", finding.what());
        json.put("outcome", finding.outcome().name().toLowerCase(Locale.ROOT));
        finding.problems().forEach(json.putArray("problems")::add);
        finding.images().forEach(json.putArray("images")::add);
        json.put("how", finding.how());
        try {
            return MAPPER.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree can always be written", e);
        }
    }
}
