package dev.jbuild.inspect;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;

/** JSON laid out as Go's encoder does it with four blanks of indentation. */
final class DockerPrettyPrinter extends DefaultPrettyPrinter {
    private static final long serialVersionUID = 1;

    DockerPrettyPrinter() {
        DefaultIndenter indenter = new DefaultIndenter("    ", "\n");
        indentObjectsWith(indenter);
        indentArraysWith(indenter);
    }

    @Override
    public DefaultPrettyPrinter createInstance() {
        return new DockerPrettyPrinter();
    }

    @Override
    public void writeObjectFieldValueSeparator(JsonGenerator generator) throws IOException {
        generator.writeRaw(": ");
    }

    @Override
    public void writeEndObject(JsonGenerator generator, int entries) throws IOException {
        if (entries == 0) {
            _nesting--;
            generator.writeRaw('}');
        } else {
            super.writeEndObject(generator, entries);
        }
    }

    @Override
    public void writeEndArray(JsonGenerator generator, int values) throws IOException {
        if (values == 0) {
            _nesting--;
            generator.writeRaw(']');
        } else {
            super.writeEndArray(generator, values);
        }
    }
}
