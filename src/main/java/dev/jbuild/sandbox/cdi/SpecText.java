package dev.jbuild.sandbox.cdi;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Turns the text of a spec into a tree. */
final class SpecText {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private SpecText() {}

    /** @param yaml whether the file is named so */
    static JsonNode parse(String text, boolean yaml) throws MalformedSpec {
        return yaml ? MAPPER.valueToTree(YamlText.parse(text)) : json(text);
    }

    private static JsonNode json(String text) throws MalformedSpec {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : " in line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new MalformedSpec("it is no JSON" + where + ": " + e.getOriginalMessage(), e);
        }
    }
}
