import { appendFileSync } from 'node:fs'
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin'

/** Writes each mutant as soon as it is judged, one JSON a line, so that a run that is ended early has not been in vain. */
export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.Reporter, 'lines', () => ({
    /** @param {{ fileName: string, status: string, location: unknown, replacement: string, mutatorName: string }} mutant */
    onMutantTested({ fileName, status, location, replacement, mutatorName }) {
      const file = process.env['MUTANTS_LINES']
      if (file !== undefined)
        appendFileSync(file, `${JSON.stringify({ fileName, status, location, replacement, mutatorName })}\n`)
    },
  })),
]
